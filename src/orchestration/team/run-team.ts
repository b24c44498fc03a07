/**
 * A team of agents behind one broker, all in one event loop: a question goes in, a report comes out.
 *
 *     npx ts-node src/orchestration/team/run-team.ts "How do heartbeats, dead letters and retries protect a task?"
 */
import { Option } from "commander";
import { analyst } from "../../agents/ai/team/analyst";
import { critic } from "../../agents/ai/team/critic";
import { editor } from "../../agents/ai/team/editor";
import { Library } from "../../agents/ai/team/library";
import { planner } from "../../agents/ai/team/planner";
import { runStandalone, wholeNumber } from "../../agents/command-line";
import { printable } from "../../agents/log";
import { majordomoBrokerAgent } from "../../agents/majordomo/broker";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import { plural } from "../../agents/words";
import type { AIEngine } from "../../engines/engine";
import { engineFromEnvironment } from "../../engines/from-environment";
import { unlessAborted, within } from "../../transport/patience";
import { Crew } from "../crew";
import { hasJoined } from "../joining";
import { Recorder } from "../recorder";
import { membersOf } from "./members";
import { askTeam, withTeamDefaults, type TeamOptions } from "./team-options";
import { reportOf, type TeamReport } from "./team-report";

/** Options of {@link runTeam}. */
export interface RunTeamOptions extends TeamOptions {
  /** What all members think with; it stays open. Default: the one that the environment asks for, closed at the end. */
  engine?: AIEngine;
}

/**
 * Lets a team answer a question. One engine serves all members; one that computes in this event loop would
 * freeze their heartbeats, so the default computes in a thread.
 * @throws Error when the team does not come up, RangeError or TypeError when an option is wrong.
 * @throws DeadLetterError when planner or editor give no answer.
 */
export async function runTeam({ engine, ...options }: RunTeamOptions): Promise<TeamReport> {
  const settings = withTeamDefaults(options);
  if (engine) return runWith(engine, settings);
  const own = engineFromEnvironment();
  try {
    return await runWith(own, settings);
  } finally {
    await own.close();
  }
}

type Settings = ReturnType<typeof withTeamDefaults>;

async function runWith(engine: AIEngine, settings: Settings): Promise<TeamReport> {
  const { question, analysts, maxRounds, signal, onEvent } = settings;
  const recorder = new Recorder(onEvent);
  const crew = new Crew(signal);
  const closing = new AbortController();
  const perform = async () => {
    try {
      const brokerAddr = await openBroker(settings, recorder, crew, closing.signal);
      await joinAll(engine, { ...settings, brokerAddr }, recorder, crew, closing.signal);
      const { heartbeatMs, liveness } = settings;
      const client = { brokerAddr, heartbeatMs, liveness, onEvent: recorder.onEvent };
      return await askTeam({ ...client, question, maxRounds, signal: crew.signal });
    } finally {
      closing.abort();
    }
  };
  const play = crew.add(perform());
  await Promise.allSettled([play]);
  await crew.end();
  return reportOf({ question, analysts, ...(await play), events: recorder.events });
}

/** Gives its address; undefined when the team was stopped before. @throws what the broker failed of. */
async function openBroker(
  { brokerAddr, heartbeatMs, liveness }: Settings,
  recorder: Recorder,
  crew: Crew,
  closing: AbortSignal,
): Promise<string | undefined> {
  const signal = AbortSignal.any([crew.signal, closing]);
  const { onEvent } = recorder;
  const options = { brokerAddr, heartbeatMs, liveness, signal, onEvent };
  const broker = crew.add(majordomoBrokerAgent(options));
  const event = await recorder.first(broker, ({ type }) => type === "listening");
  if (!event) await broker;
  return event?.type === "listening" ? event.addresses[0] : undefined;
}

/** Starts the members, and waits until the broker knows them all. @throws Error when they do not join in time. */
async function joinAll(
  engine: AIEngine,
  { analysts, documents, brokerAddr, heartbeatMs, liveness, startTimeoutMs }: JoinSettings,
  recorder: Recorder,
  crew: Crew,
  closing: AbortSignal,
): Promise<void> {
  const works = worksWith(engine, new Library(documents));
  const signal = AbortSignal.any([crew.signal, closing]);
  const { onEvent } = recorder;
  const shared = { brokerAddr, heartbeatMs, liveness, signal, onEvent };
  const join = async () => {
    for (const { workerId, service, role } of membersOf(analysts)) {
      const options = { ...shared, workerId, service, work: works[role] };
      const member = crew.add(majordomoWorkerAgent(options));
      if (!(await hasJoined(recorder, member, { workerId }))) await member;
    }
  };
  await within(
    startTimeoutMs,
    undefined, // a crew that is stopped ends by itself
    (patience) => unlessAborted(join(), patience),
    () => `The team has not joined the broker within ${startTimeoutMs} ms.`,
  );
}

type JoinSettings = Omit<Settings, "brokerAddr"> & { brokerAddr?: string };

/** What each role does. */
function worksWith(engine: AIEngine, library: Library) {
  return {
    planner: planner(engine),
    analyst: analyst(engine, library),
    critic: critic(engine),
    editor: editor(engine),
  };
}

/** Lets a team answer before the reader's eyes: the report, what the critic did not accept, and the cost. */
async function showTeam(options: RunTeamOptions): Promise<TeamReport> {
  const team = await runTeam(options);
  const { report, rejections, costs, outcome } = team;
  console.log(printableLines(report || outcome));
  for (const { topic, round, verdict } of rejections)
    console.log(`rejected: ${topic}, round ${round}: ${(verdict as { reason: string }).reason}`);
  for (const { member, answers, input, output, unit, seconds } of costs)
    console.log(
      `${member}: ${plural(answers, "answer")}, ${input} ${unit} read, ${output} written, ${seconds.toFixed(2)} s`,
    );
  return team;
}

const printableLines = (text: string) => text.split("\n").map(printable).join("\n");

if (require.main === module) {
  const question = process.argv[2] ?? "";
  // The question is no flag: it is taken out before the flags are read.
  if (!question.startsWith("-")) process.argv.splice(2, 1);
  const flags = [
    new Option("--analysts <n>", "how many analysts").default(3).argParser(wholeNumber),
    new Option("--max-rounds <n>", "how often an analyst may try at a topic")
      .default(3)
      .argParser(wholeNumber),
  ];
  const ask = (options: Omit<RunTeamOptions, "question">) =>
    showTeam({ ...options, question, onEvent: undefined });
  void runStandalone("run-team", "Lets a team answer: run-team <question>", flags, ask);
}
