/**
 * The order in which a pipeline comes up, and the report of what became of it. How an agent is
 * launched, as a function or as a process, is somebody else's business.
 */
import type {
  AgentEvent,
  OnEvent,
  Outcome,
  ResultCollectorSummary,
  TaskGeneratorSummary,
  TaskProcessorSummary,
} from "../agents/events";
import { checkWholeNumbers, type AgentOptions } from "../agents/options";
import type { ResultCollectorOptions } from "../agents/result-collector";
import type { TaskGeneratorOptions } from "../agents/task-generator";
import type { TaskProcessorOptions } from "../agents/task-processor";
import type { ResultMessage } from "../messages/result-message";
import type { PipelineAddresses } from "../transport/addresses";
import type { Reins } from "./agent-process";
import { Crew } from "./crew";
import { Recorder, type MissingTask } from "./recorder";

/** Options of a pipeline, however its agents run. */
export interface PipelineOptions extends PipelineAddresses {
  /** How many tasks. Default: 10. */
  tasks?: number;
  /** How many workers; they are called "1", "2", … Default: 2. */
  workers?: number;
  /** The generator's pause after each task, in milliseconds. Default: 100. */
  taskDelayMs?: number;
  /** How long a task takes, in milliseconds, a number for each worker. Default: 500 + 100 · n for worker n. */
  workMs?: readonly number[];
  /** How long the agents wait for each other at the beginning, in milliseconds. Default: 60 000. */
  startTimeoutMs?: number;
  /** How long a lost neighbour is waited for, in milliseconds. Default: 1000. */
  peerTimeoutMs?: number;
  /** Messages that may queue for one peer. Default: 1000. */
  highWaterMark?: number;
  /** The payload format of all agents; as processes, by name. Default: "json". */
  codec?: AgentOptions["codec"];
  /** Stops every agent; the report tells how far they came. */
  signal?: AbortSignal;
  /** Takes the events of all agents as they happen. Default: nobody does, but the report has them. */
  onEvent?: OnEvent;
}

/** What became of a pipeline. */
export interface PipelineReport {
  /** "complete" when every result came in and every worker took its leave. */
  outcome: Outcome;
  results: ResultMessage[];
  missingTasks: MissingTask[];
  /** The agents' summaries; one whose process was killed could not give any. */
  generator?: TaskGeneratorSummary;
  processors: TaskProcessorSummary[];
  collector?: ResultCollectorSummary;
  /** Everything that was reported, in order of time. */
  events: AgentEvent[];
}

/** Options as a launcher gets them. */
export type Launched<Options> = Options & Reins;

/** How agents are launched: as functions in this event loop, or as processes. */
export interface Launch {
  /** Launch each worker when the one before is connected, so that Worker-1 always gets the first task. */
  inTurn: boolean;
  generator(options: Launched<TaskGeneratorOptions>): Promise<TaskGeneratorSummary | undefined>;
  processor(options: Launched<TaskProcessorOptions>): Promise<TaskProcessorSummary | undefined>;
  collector(options: Launched<ResultCollectorOptions>): Promise<ResultCollectorSummary | undefined>;
}

/**
 * Launches a pipeline and waits for its end. Those who bind come up first, so that the port may be `*`:
 * those who connect are told what it became. When one agent fails, all are stopped.
 * @throws what the first agent that failed threw.
 */
export async function orchestrate(
  launch: Launch,
  options: PipelineOptions,
): Promise<PipelineReport> {
  const { tasks = 10, workers = 2, taskDelayMs, workMs = [], highWaterMark, codec } = options;
  const { startTimeoutMs = 60_000, peerTimeoutMs = 1000 } = options;
  checkWholeNumbers(1, { workers });
  const workerIds = Array.from({ length: workers }, (_, index) => String(index + 1));
  const recorder = new Recorder(options.onEvent);
  const crew = new Crew(options.signal);
  const shared = {
    startTimeoutMs,
    peerTimeoutMs,
    highWaterMark,
    codec,
    signal: crew.signal,
    onEvent: recorder.onEvent,
  };

  const { resultCollectorAddr, taskVentilatorAddr, controlSyncAddr } = options;
  const collector = crew.add(
    launch.collector({ ...shared, tasks, workers, workerIds, resultCollectorAddr }),
  );
  const [resultsAt] = await addressesOf("Collector", collector, recorder);
  const generator = crew.add(
    launch.generator({
      ...shared,
      tasks,
      workers,
      taskDelayMs,
      taskVentilatorAddr,
      controlSyncAddr,
    }),
  );
  const [tasksAt, startAt] = await addressesOf("Generator", generator, recorder);
  const meetingPoints = {
    resultCollectorAddr: resultsAt,
    taskVentilatorAddr: tasksAt,
    controlSyncAddr: startAt,
  };
  const processors: Promise<TaskProcessorSummary | undefined>[] = [];
  for (const [index, workerId] of workerIds.entries()) {
    const processor = crew.add(
      launch.processor({ ...shared, ...meetingPoints, workerId, workMs: workMs[index] }),
    );
    processors.push(processor);
    if (launch.inTurn) await recorder.first(processor, (event) => isConnected(event, workerId));
  }
  await Promise.allSettled([collector, ...processors]);
  // Now nobody is left whom the generator could wait for, but for a stranger that does not hang up.
  await crew.end(Math.max(1000, 3 * peerTimeoutMs));
  const summaries = [await generator, await Promise.all(processors), await collector] as const;
  return report(recorder, ...summaries, options.signal?.aborted ?? false);
}

async function addressesOf(
  name: string,
  agent: Promise<unknown>,
  recorder: Recorder,
): Promise<string[]> {
  const event = await recorder.first(
    agent,
    (event) => event.type === "listening" && event.agent === name,
  );
  return event?.type === "listening" ? event.addresses : [];
}

function isConnected(event: AgentEvent, workerId: string): boolean {
  return (
    event.type === "connected" && event.to === "generator" && event.agent === `Worker-${workerId}`
  );
}

function report(
  recorder: Recorder,
  generator: TaskGeneratorSummary | undefined,
  processors: (TaskProcessorSummary | undefined)[],
  collector: ResultCollectorSummary | undefined,
  isStopped: boolean,
): PipelineReport {
  const results = collector?.results ?? [];
  return {
    outcome: collector?.outcome ?? (isStopped ? "stopped" : "collector-lost"),
    results,
    missingTasks: recorder.missingTasks(results),
    generator,
    processors: processors.filter((summary) => summary !== undefined),
    collector,
    events: recorder.events,
  };
}
