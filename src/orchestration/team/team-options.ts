/** What a team is given, and the client in which its conversation takes place. */
import { answerQuestion, type TeamAnswer } from "../../agents/ai/team/answer-question";
import type { TeamDocument } from "../../agents/ai/team/library";
import type { OnEvent, Outcome } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { checkWholeNumbers, type HeartbeatOptions } from "../../agents/options";
import { readDocuments } from "./documents";

/** Options of a team, however its members run. */
export interface TeamOptions extends HeartbeatOptions {
  question: string;
  /** What the analysts read. Default: the README and the chapters of this repository. */
  documents?: readonly TeamDocument[];
  /** How many analysts. Default: 3. */
  analysts?: number;
  /** How often an analyst may try at a topic. Default: 3. */
  maxRounds?: number;
  /** Where the broker listens. Default: a free port of this machine. */
  brokerAddr?: string;
  /** The pause between heartbeats, in milliseconds. Default: 500. */
  heartbeatMs?: number;
  /** How long the members may take to join, in milliseconds. Default: 60 000. */
  startTimeoutMs?: number;
  /** Stops everybody; the report tells how far they came. */
  signal?: AbortSignal;
  /** Takes the events of all agents as they happen. Default: nobody does, but the report has them. */
  onEvent?: OnEvent;
}

/** Fills in the defaults. @throws RangeError or TypeError naming the option that is wrong. */
export function withTeamDefaults(options: TeamOptions) {
  const { question, documents = readDocuments(), analysts = 3, maxRounds = 3 } = options;
  const { brokerAddr = "tcp://127.0.0.1:*", heartbeatMs = 500, liveness = 3 } = options;
  const { startTimeoutMs = 60_000, signal, onEvent } = options;
  if (typeof question !== "string" || question.trim() === "")
    throw new TypeError("Cannot use question as it must be a text that is not blank.");
  checkWholeNumbers(1, { analysts, maxRounds, heartbeatMs, liveness });
  const patience = { heartbeatMs, liveness, startTimeoutMs };
  return { question, documents, analysts, maxRounds, brokerAddr, ...patience, signal, onEvent };
}

/** What the client of a team needs. */
interface Asking extends Pick<TeamOptions, "question" | "maxRounds" | "heartbeatMs" | "liveness"> {
  brokerAddr: string | undefined;
  signal?: AbortSignal;
  onEvent: OnEvent;
}

/** Lets the team at a broker answer the question; the answer is absent when the client was stopped before. */
export async function askTeam({ question, maxRounds, ...client }: Asking) {
  let answer: TeamAnswer | undefined;
  const { outcome } = await majordomoClientAgent({
    ...client,
    converse: async (ask, signal) => {
      answer = await answerQuestion({ ask, question, maxRounds, signal });
    },
  });
  return { outcome, answer } satisfies { outcome: Outcome; answer?: TeamAnswer };
}
