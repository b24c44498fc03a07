/** What became of a team's work: the report, how it came about, and what it cost. */
import type { Round, TeamAnswer } from "../../agents/ai/team/answer-question";
import type { Finding } from "../../agents/ai/team/messages";
import type { AgentEvent, Outcome } from "../../agents/events";
import { membersOf, nameOfMember } from "./members";
import { teamMessages, type TeamMessage } from "./team-messages";

/** What one member has cost. */
export interface MemberCost {
  /** "Analyst-1" */
  member: string;
  service: string;
  /** How many answers it gave. One that was killed on the way is in none of these figures. */
  answers: number;
  unit: "words" | "tokens";
  input: number;
  output: number;
  /** Time that its engine took. */
  seconds: number;
}

/** What a team has made of a question. */
export interface TeamReport {
  /** "complete" when there is a report. */
  outcome: Outcome;
  question: string;
  /** In Markdown; empty when the team was stopped before. */
  report: string;
  /** The report topic by topic, in the order of the plan. */
  sections: Finding[];
  /** Every try at a topic. */
  rounds: Round[];
  /** Those that the critic did not accept. */
  rejections: Round[];
  /** Who asked whom what, in order of time. */
  messages: TeamMessage[];
  /** One a member that answered, in the order of the work. */
  costs: MemberCost[];
  /** Everything that was reported, in order of time. */
  events: AgentEvent[];
}

/** Where a report is made of. */
export interface TeamRecord {
  question: string;
  analysts: number;
  outcome: Outcome;
  /** Absent when the team was stopped. */
  answer?: TeamAnswer;
  events: AgentEvent[];
}

/** Sums up a team's work. */
export function reportOf({ question, analysts, outcome, answer, events }: TeamRecord): TeamReport {
  const members = membersOf(analysts);
  const services = new Map(members.map(({ workerId, service }) => [`Worker-${workerId}`, service]));
  const rounds = answer?.rounds ?? [];
  return {
    outcome,
    question,
    report: answer?.report ?? "",
    sections: answer?.sections ?? [],
    rounds,
    rejections: rounds.filter(({ verdict }) => typeof verdict === "object" && !verdict.accepted),
    messages: teamMessages(events, services),
    costs: members.flatMap(({ workerId }) => costOf(workerId, answer?.costs ?? [])),
    events,
  };
}

/** None for a member that gave no answer. */
function costOf(workerId: string, all: TeamAnswer["costs"]): MemberCost[] {
  const own = all.filter(({ worker }) => worker === workerId);
  const [first] = own;
  if (!first) return [];
  const sum = (figure: "input" | "output" | "durationMs") =>
    own.reduce((total, { usage }) => total + usage[figure], 0);
  const { unit } = (own.find(({ usage }) => usage.input > 0) ?? first).usage;
  const member = nameOfMember(workerId);
  const { service } = first;
  const figures = { unit, input: sum("input"), output: sum("output") };
  return [{ member, service, answers: own.length, ...figures, seconds: sum("durationMs") / 1000 }];
}
