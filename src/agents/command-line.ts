/** An agent as a program of its own: flags, log lines, Ctrl-C, exit code. */
import { Command, InvalidArgumentError, Option } from "commander";
import { codecNames } from "../messages/codecs/named";
import {
  CONTROL_SYNC_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
} from "../transport/addresses";
import type { AgentEvent, OnEvent } from "./events";
import { printEvent } from "./log";

/** The flags of the pipeline. An address may also come from the environment variable of its name. */
export const flag = {
  tasks: new Option("--tasks <n>", "how many tasks").default(10).argParser(wholeNumber),
  workers: new Option("--workers <n>", "how many workers").default(2).argParser(wholeNumber),
  workerIds: new Option("--worker-ids <names>", "the workers' names, if known: 1,2").argParser(
    (text) => text.split(","),
  ),
  workerId: new Option("--worker-id <name>", "the worker's name, its own").default("1"),
  taskDelayMs: new Option("--task-delay-ms <ms>", "the pause after each task")
    .default(100)
    .argParser(milliseconds),
  workMs: new Option(
    "--work-ms <ms>",
    "how long a task takes (default: 500, and 100 more for each count of the id)",
  ).argParser(milliseconds),
  work: new Option("--work <file>", "a module whose export `work` does the tasks"),
  data: new Option("--data <file>", "a module whose export `createData` gives the data of task n"),
  streamParts: new Option("--stream-parts", "let the work send parts ahead of its result"),
  taskVentilatorAddr: new Option("--task-ventilator-addr <address>", "where tasks flow")
    .env("TASK_VENTILATOR_ADDR")
    .default(TASK_VENTILATOR_ADDR),
  resultCollectorAddr: new Option("--result-collector-addr <address>", "where results flow")
    .env("RESULT_COLLECTOR_ADDR")
    .default(RESULT_COLLECTOR_ADDR),
  controlSyncAddr: new Option("--control-sync-addr <address>", "where START is heard")
    .env("CONTROL_SYNC_ADDR")
    .default(CONTROL_SYNC_ADDR),
  startTimeoutMs: new Option("--start-timeout-ms <ms>", "how long to wait for the others")
    .default(60_000)
    .argParser(milliseconds),
  peerTimeoutMs: new Option("--peer-timeout-ms <ms>", "how long a neighbour may be gone")
    .default(5000)
    .argParser(milliseconds),
  highWaterMark: new Option("--high-water-mark <n>", "messages that may queue for one peer")
    .default(1000)
    .argParser(wholeNumber),
  codec: new Option("--codec <name>", "the payload format, the same for all agents")
    .choices(codecNames)
    .default("json"),
};

/** The flags of an agent with neighbours that it waits for. */
export const neighbourFlags = [
  flag.startTimeoutMs,
  flag.peerTimeoutMs,
  flag.highWaterMark,
  flag.codec,
];

const reportToParent = new Option(
  "--report-to-parent",
  "send events to the process that forked this one, print none",
).hideHelp();

/** What an agent looks like to its command line. */
type Agent<Summary> = (options: {
  signal: AbortSignal;
  onEvent: OnEvent<AgentEvent>;
}) => Promise<Summary>;

/**
 * Runs an agent with the options of the command line until it is done or Ctrl-C stops it; a second
 * Ctrl-C ends it at once. Sets the exit code: 0 when all was done or it was stopped, 1 otherwise.
 */
export async function runStandalone<Summary extends { outcome: string }>(
  name: string,
  description: string,
  flags: Option[],
  agent: Agent<Summary>,
): Promise<void> {
  const program = new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help shows all flags)");
  for (const option of [...flags, reportToParent]) program.addOption(option);
  const { reportToParent: isForked = false, ...options } = program
    .parse()
    .opts<{ reportToParent?: true }>();
  const { signal, onEvent, hangUp } = listenToTheWorld(isForked);
  try {
    const { outcome } = await agent({ ...options, signal, onEvent });
    process.exitCode = outcome === "complete" || outcome === "stopped" ? 0 : 1;
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await hangUp();
  }
}

/** Ctrl-C stops the agent; so does its orchestrator, by a word or by going away. */
function listenToTheWorld(reportToParent: boolean) {
  const stop = new AbortController();
  let isInterrupted = false; // in a terminal Ctrl-C and the orchestrator's word come both, in any order
  const onSignal = () => {
    if (isInterrupted) process.exit(130);
    isInterrupted = true;
    stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  process.stdout.on("error", () => process.exit(1)); // whoever read our lines is gone (`| head`)
  if (!reportToParent) return { signal: stop.signal, onEvent: printEvent, hangUp: async () => {} };
  process.on("message", () => stop.abort()).on("disconnect", () => stop.abort());
  return { signal: stop.signal, ...parentLine() };
}

/** Events go to the parent, and the line is kept until the last one is through. */
function parentLine() {
  let lastSend = Promise.resolve();
  const onEvent: OnEvent<AgentEvent> = (event) => {
    lastSend = new Promise((resolve) =>
      process.send?.(event, undefined, undefined, () => resolve()),
    );
  };
  const hangUp = async () => {
    await lastSend;
    if (process.connected) process.disconnect();
  };
  return { onEvent, hangUp };
}

/** Reads the value of a flag that counts. @throws InvalidArgumentError for anything else. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Reads the value of a flag in milliseconds. @throws InvalidArgumentError for anything else. */
export function milliseconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0))
    throw new InvalidArgumentError("It must be milliseconds, 0 or more.");
  return value;
}
