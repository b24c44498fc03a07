/** A fault to inject: one worker's queue is full at the moment when the END messages go out. */
import { setTimeout as delay } from "node:timers/promises";
import type { TaskGeneratorSummary } from "../../agents/events";
import { resultCollectorAgent } from "../../agents/result-collector";
import type { TaskGeneratorOptions } from "../../agents/task-generator";
import { taskProcessorAgent } from "../../agents/task-processor";
import type { Work } from "../../agents/work";
import {
  orchestrate,
  type PipelineOptions,
  type PipelineReport,
} from "../../orchestration/pipeline";

/** Any task generator: ours, or the naive one. */
export type Generator = (options: TaskGeneratorOptions) => Promise<TaskGeneratorSummary>;

/** Large tasks, so that a few dozen fill every buffer on the way, the operating system's as well. */
const TASK_BYTES = 1_000_000;
const TASKS = 60;

/** How long the slow worker is stuck in its first task at most, in milliseconds. */
const STUCK_MS = 2000;

/**
 * Runs the pipeline with a worker that is stuck in its first task until the other one has heard END,
 * so that its queue is surely full by then. A worker whose END never comes leaves as "generator-lost".
 */
export function runWithFullQueue(
  generator: Generator,
  options: Omit<PipelineOptions, "onEvent"> = {},
): Promise<PipelineReport> {
  const payload = "x".repeat(TASK_BYTES);
  const freed = new AbortController();
  const work: Work = async (_, { workerId }) => {
    if (workerId === "2")
      await delay(STUCK_MS, undefined, { signal: freed.signal }).catch(() => {});
    return "done";
  };
  return orchestrate(
    {
      inTurn: true,
      collector: resultCollectorAgent,
      generator: (given) => generator({ ...given, createData: () => payload }),
      processor: (given) => taskProcessorAgent({ ...given, work }),
    },
    {
      ...{ tasks: TASKS, taskDelayMs: 0, highWaterMark: 4, peerTimeoutMs: 200 },
      ...options,
      onEvent: ({ type }) => {
        if (type === "end-received") freed.abort();
      },
    },
  );
}

/** Does that several times, and counts the workers that heard their END and those that never did. */
export async function countEnds(
  generator: Generator,
  rounds: number,
  options: Omit<PipelineOptions, "onEvent"> = {},
): Promise<{ heard: number; lost: number }> {
  const count = { heard: 0, lost: 0 };
  for (let round = 1; round <= rounds; round++) {
    const { processors } = await runWithFullQueue(generator, options);
    for (const { outcome } of processors) count[outcome === "complete" ? "heard" : "lost"]++;
  }
  return count;
}
