/** What the events of the reader's pipeline tell: the first thing that went wrong, or that all is well. */
import type { AgentEvent, ResultCollectorSummary } from "../../agents/events";
import { inOrderOfFlow, roleOf } from "../pictures/recording";
import type { Verdict } from "./verdict";

/** How the reader's function ended; "hung" is to have done nothing for a while. */
export type Ending =
  { how: "returned"; value: unknown } | { how: "threw"; error: unknown } | { how: "hung" };

const TASKS = 6;
const WORKERS = 3;

/** Judges a pipeline that should do six tasks with three workers. */
export function judgePipeline(events: readonly AgentEvent[], ending: Ending): Verdict {
  if (ending.how === "threw")
    return { passed: false, explanation: `your function threw: ${sayError(ending.error)}` };
  const problem =
    whetherItAwaited(events, ending) ??
    whoIsMissing(events) ??
    whatTheGeneratorWasTold(events) ??
    whatBecameOfTheResults(events, ending);
  return problem === undefined
    ? { passed: true, explanation: ALL_WELL }
    : { passed: false, explanation: problem };
}

const ALL_WELL =
  "Three workers did six tasks, nobody was left waiting, and you returned the collector's summary.";

function sayError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function whetherItAwaited(events: readonly AgentEvent[], ending: Ending): string | undefined {
  if (ending.how !== "returned" || collectorFinished(events)) return undefined;
  const received = events.filter(({ type }) => type === "result-received").length;
  return `your function came back after ${received} of ${TASKS} results, before the collector was done. Await what you start.`;
}

function collectorFinished(events: readonly AgentEvent[]): boolean {
  return events.some(({ type, agent }) => type === "finished" && agent === "Collector");
}

function whoIsMissing(events: readonly AgentEvent[]): string | undefined {
  const agents = inOrderOfFlow(events.map(({ agent }) => agent));
  const workers = agents.filter((agent) => roleOf(agent) === "worker");
  if (agents.length === 0)
    return "no agent said anything. Start them, and hand `...shared` to each.";
  if (!agents.includes("Generator"))
    return "the check sees no generator, so nobody makes tasks. Start one, and hand it `...shared`.";
  if (agents.length === 1)
    return (
      "the generator is there and nobody else. It waits for its workers: whoever awaits it before they " +
      "are started waits for ever. (And workers wait for the collector first.) Start all five, then await them together."
    );
  if (!agents.includes("Collector"))
    return "the check sees no collector. Start one, and hand it `...shared`.";
  const namesakes = workers.find((worker) => timesConnected(events, worker) > 1);
  if (namesakes)
    return `there is more than one ${namesakes}, and nobody can tell them apart. Give each its own \`workerId\`.`;
  if (workers.length < WORKERS) return whoCame(events, workers);
  return undefined;
}

function timesConnected(events: readonly AgentEvent[], worker: string): number {
  return events.filter(
    (event) => event.agent === worker && event.type === "connected" && event.to === "generator",
  ).length;
}

function whoCame(events: readonly AgentEvent[], workers: string[]): string {
  if (workers.length === 0)
    return "generator and collector wait for workers, and none came. Start three, before you await anything.";
  const came = `only ${workers.join(" and ")} came`;
  const hasStarted = events.some(({ type }) => type === "task-sent");
  return hasStarted
    ? `${came}. This is a job for three workers.`
    : `${came}, and the generator waits for one more: START is for all three together.`;
}

function whatTheGeneratorWasTold(events: readonly AgentEvent[]): string | undefined {
  const ready = events.find((event) => event.type === "worker-ready");
  if (ready && ready.expected !== WORKERS)
    return `the generator was told to wait for ${ready.expected} workers, not for three. Give it \`workers: 3\`.`;
  const sent = events.filter(({ type }) => type === "task-sent").length;
  if (sent > TASKS)
    return `the generator sent task number ${TASKS + 1}. It makes 10 tasks unless it is told \`tasks: 6\`.`;
  return undefined;
}

function whatBecameOfTheResults(events: readonly AgentEvent[], ending: Ending): string | undefined {
  const received = events.filter(({ type }) => type === "result-received").length;
  const leaves = events.filter(({ type }) => type === "worker-done").length;
  const told = "Give it `tasks: 6, workers: 3`.";
  if (!collectorFinished(events))
    return `the collector has ${received} results and ${leaves} WORKER_DONE, and waits for more. ${told}`;
  if (received !== TASKS || leaves !== WORKERS)
    return `the collector left after ${received} results and ${leaves} WORKER_DONE. ${told}`;
  if (ending.how !== "returned")
    return "all results are in, and your function has not come back. What does it still await?";
  return isSummary(ending.value)
    ? undefined
    : `all ${TASKS} results are in, but your function returned ${sayValue(ending.value)}. Return the collector's summary.`;
}

function isSummary(value: unknown): boolean {
  const { outcome, results } = (value ?? {}) as Partial<ResultCollectorSummary>;
  return outcome === "complete" && Array.isArray(results) && results.length === TASKS;
}

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" && value !== null ? "something else" : String(value);
}
