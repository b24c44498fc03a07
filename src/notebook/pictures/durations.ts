/** How long a recorded run took, and how much of that was work. */
import type { AgentEvent } from "../../agents/events";
import { timelineOf } from "./timeline-data";

/** Times of a run, in seconds. */
export interface Durations {
  /** From the first sign of an agent until START. */
  untilStart: number;
  /** From START to the last result or WORKER_DONE. */
  fromStart: number;
  /** What the worker that worked longest has worked. */
  busiestWorker: number;
  /** What one worker would need that did what all of them have done, one task after the other. */
  allWork: number;
}

/** Reads the times from a recording. @throws RangeError when nobody said START. */
export function durationsOf(events: readonly AgentEvent[]): Durations {
  const { items, start } = timelineOf(events);
  if (start === undefined)
    throw new RangeError("Cannot tell the durations as the recording has no START.");
  const work = new Map<string, number>();
  for (const { kind, agent, from, to } of items)
    if (kind === "task done" || kind === "task failed")
      work.set(agent, (work.get(agent) ?? 0) + to - from);
  const arrivals = items.filter(
    ({ kind, agent }) =>
      agent === "Collector" && (kind === "result received" || kind === "END, WORKER_DONE"),
  );
  return {
    untilStart: start,
    fromStart: Math.max(start, ...arrivals.map(({ to }) => to)) - start,
    busiestWorker: Math.max(0, ...work.values()),
    allWork: [...work.values()].reduce((sum, seconds) => sum + seconds, 0),
  };
}
