/** How many tasks a second get through when a task is no work at all: then only the way costs time. */
import type { AgentEvent } from "../../agents/events";

/** What a pipeline or a pool is told for that: their defaults would pause, and work. */
export const NO_OP = { taskDelayMs: 0, createData: () => null, work: () => null };

/** Tasks per second, from the first that was sent to the last result that came back. @throws RangeError without results. */
export function tasksPerSecond({ events }: { events: readonly AgentEvent[] }): number {
  const sent = events.find(({ type }) => type === "task-sent");
  const results = events.filter(({ type }) => type === "result-received");
  const last = results.at(-1);
  if (sent && last) return (results.length / Math.max(1, last.at - sent.at)) * 1000;
  throw new RangeError("Cannot tell tasks per second as no result came back.");
}
