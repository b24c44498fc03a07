/** The work of a pool, and which of it was in vain, read from the recorded events in order of time. */
import type { AgentEvent } from "../../agents/events";
import { taskNames } from "./recording";

/** A stretch of time in an agent's row. */
export type StretchKind =
  /** The broker runs. */
  | "broker up"
  /** From READY until the broker strikes the worker off. */
  | "registered"
  | "task done"
  /** Begun, and its result was never wanted: the broker had given the task to another. */
  | "done in vain"
  | "not finished"
  /** The process lives, and not even a heartbeat comes. */
  | "silent";

/** Something in an agent's row, from `from` to `to`. */
export interface Stretch {
  agent: string;
  kind: StretchKind;
  from: number;
  to: number;
  /** The task's short name, where there is a task. */
  label: string;
}

/**
 * Finds who worked on what from when to when, in the events' own milliseconds; `last` ends what has no end. A
 * worker does one task after the other, so its next word about a task is about the one it has begun.
 */
export function workStretches(events: readonly AgentEvent[], last: number): Stretch[] {
  const names = taskNames(events);
  const wasted = doneInVain(events);
  const open = new Map<string, Stretch>();
  return events.flatMap((event) => {
    const { agent, at, type } = event;
    const begun = open.get(agent);
    if (type === "task-started") {
      const label = names.get(event.taskId) ?? "";
      const stretch: Stretch = { agent, kind: "not finished", from: at, to: last, label };
      open.set(agent, stretch);
      return [stretch];
    }
    if (begun && ["task-done", "task-dropped", "process-exited"].includes(type)) {
      begun.to = at;
      if (type === "task-done") begun.kind = wasted.has(event) ? "done in vain" : "task done";
      open.delete(agent);
    }
    return [];
  });
}

/** Picks the task-done events whose results did not become the client's. */
function doneInVain(events: readonly AgentEvent[]): Set<AgentEvent> {
  const waste = new Set<AgentEvent>();
  const endings = events.filter((event) => event.type === "task-done");
  for (const event of events) {
    if (event.type !== "result-received") continue;
    const ofTask = endings.filter(({ taskId }) => taskId === event.taskId);
    const ofWorker = ofTask.filter(({ agent }) => agent === `Worker-${event.workerId}`);
    const taken = ofWorker.findLast(({ at }) => at <= event.at) ?? ofWorker[0];
    for (const ending of ofTask) if (ending !== taken) waste.add(ending);
  }
  return waste;
}
