/** When a Majordomo worker belongs to its pool: the broker says so, the worker cannot know. */
import type { AgentEvent } from "../agents/events";
import { nameOf } from "../agents/majordomo/broker/worker-registry";
import { namePrefixOf } from "../agents/majordomo/worker/conversation";
import type { Recorder } from "./recorder";

/** Which worker to wait for. */
export interface Newcomer {
  workerId: string;
  /** How many tasks it holds at once: with each of them it joins once. Default: 1. */
  prefetch?: number;
}

/**
 * Waits until the broker has let a worker in, of the events after the first `from`.
 * Gives false when `worker` has ended before.
 */
export async function hasJoined(
  recorder: Recorder,
  worker: Promise<unknown>,
  { workerId, prefetch = 1 }: Newcomer,
  from = 0,
): Promise<boolean> {
  const name = nameOf(Buffer.from(namePrefixOf(workerId)));
  let seats = 0;
  const isComplete = (event: AgentEvent) =>
    event.type === "worker-joined" && event.worker.startsWith(name) && ++seats === prefetch;
  return (await recorder.first(worker, isComplete, from)) !== undefined;
}
