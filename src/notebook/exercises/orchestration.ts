/** Chapter 6's exercise: generator, three workers and collector, put to work by one function. */
import { Context, Pull } from "zeromq";
import { resultCollectorAgent } from "../../agents/result-collector";
import { taskGeneratorAgent } from "../../agents/task-generator";
import { taskProcessorAgent } from "../../agents/task-processor";
import type { AgentEvent, OnEvent, ResultCollectorSummary } from "../../agents/events";
import type { PipelineAddresses } from "../../transport/addresses";
import { closeSocket } from "../lab/close-socket";
import { judgePipeline, type Ending } from "./orchestration-judge";
import { showVerdict, type Verdict } from "./verdict";

/** What every agent of the reader's pipeline is handed: `{ ...shared, tasks: 6 }`. */
export interface SharedOptions extends Required<PipelineAddresses> {
  /** Stops the agents when they hang. */
  signal: AbortSignal;
  /** Lets the check see what the agents do. */
  onEvent: OnEvent;
}

/** The reader's answer; it should give the collector's summary. */
export type MyPipeline = (shared: SharedOptions) => unknown;

/** Runs the reader's pipeline and shows what became of it. */
export async function checkMyPipeline(myPipeline: MyPipeline): Promise<void> {
  showVerdict(await tryMyPipeline(myPipeline));
}

/** One way to do it. */
export async function solveMyPipeline(shared: SharedOptions): Promise<ResultCollectorSummary> {
  const collector = resultCollectorAgent({ ...shared, tasks: 6, workers: 3 });
  const generator = taskGeneratorAgent({ ...shared, tasks: 6, workers: 3 });
  const workers = ["1", "2", "3"].map((workerId) => taskProcessorAgent({ ...shared, workerId }));
  const [summary] = await Promise.all([collector, generator, ...workers]);
  return summary;
}

/** Pipelines in which nothing happens for so long hang: the longest work takes 800 ms. */
const QUIET_MS = 2500;

/** No pipeline of six tasks takes so long. */
const LONGEST_MS = 20_000;

/** Runs the reader's pipeline on ports of its own until it ends, or nothing happens any more. */
export async function tryMyPipeline(myPipeline: MyPipeline): Promise<Verdict> {
  const events: AgentEvent[] = [];
  const stop = new AbortController();
  const silence = waitForSilence();
  const onEvent = (event: AgentEvent) => {
    events.push(event);
    silence.heard();
  };
  const shared = { signal: stop.signal, onEvent, ...(await freeAddresses()) };
  const running = endingOf(myPipeline, shared);
  const ending = await Promise.race([running, silence.ending]);
  silence.over();
  const verdict = judgePipeline([...events], ending);
  stop.abort();
  await Promise.race([running, soon()]);
  return verdict;
}

/** How the reader's function ends, also if it throws before it returns a promise. */
async function endingOf(myPipeline: MyPipeline, shared: SharedOptions): Promise<Ending> {
  try {
    return { how: "returned", value: await myPipeline(shared) };
  } catch (error) {
    return { how: "threw", error };
  }
}

function waitForSilence() {
  let longest: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  const ending = new Promise<Ending>((resolve) => {
    quiet = setTimeout(() => resolve({ how: "hung" }), QUIET_MS);
    longest = setTimeout(() => resolve({ how: "hung" }), LONGEST_MS);
  });
  const over = () => [quiet, longest].forEach((timer) => clearTimeout(timer));
  return { ending, heard: () => void quiet?.refresh(), over };
}

/** Agents that were told to stop need a moment; one that was not told gets no more than that. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

async function freeAddresses(): Promise<Required<PipelineAddresses>> {
  const context = new Context();
  const sockets = [1, 2, 3].map(() => new Pull({ context }));
  await Promise.all(sockets.map((socket) => socket.bind("tcp://127.0.0.1:*")));
  const [taskVentilatorAddr, resultCollectorAddr, controlSyncAddr] = sockets.map(
    ({ lastEndpoint }) => lastEndpoint!,
  ) as [string, string, string];
  await Promise.all(sockets.map(closeSocket));
  return { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr };
}
