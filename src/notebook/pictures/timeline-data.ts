/** What a timeline draws, read from the recorded events. */
import type { AgentEvent } from "../../agents/events";
import { deathsIn, inOrderOfFlow, taskNames } from "./recording";

/** What an item of a timeline tells. */
export type TimelineKind =
  | "task sent"
  | "task done"
  | "task failed"
  | "task not finished"
  | "result received"
  | "failed, once more"
  | "redelivered"
  | "dead letter"
  | "process died"
  | "END, WORKER_DONE";

/** Something in an agent's row: a stretch of time, or a moment where `from` equals `to`. */
export interface TimelineItem {
  agent: string;
  kind: TimelineKind;
  /** Seconds since the first event. */
  from: number;
  /** Seconds since the first event. */
  to: number;
  /** The task's short name, where there is a task. */
  label: string;
}

/** A recording as a timeline draws it. */
export interface Timeline {
  /** In the direction in which messages flow. */
  agents: string[];
  items: TimelineItem[];
  /** How many tasks the recording knows. */
  tasks: number;
  /** When START was published, in seconds since the first event. */
  start: number | undefined;
  /** How long the recording lasts. */
  seconds: number;
}

/** Reads a timeline from events, in whatever order they come. */
export function timelineOf(events: readonly AgentEvent[]): Timeline {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const first = sorted[0]?.at ?? 0;
  const since = (at: number) => (at - first) / 1000;
  const seconds = since(sorted.at(-1)?.at ?? 0);
  const names = taskNames(sorted);
  const started = sorted.find(({ agent, type }) => agent === "Generator" && type === "started");
  return {
    agents: inOrderOfFlow(sorted.map(({ agent }) => agent)),
    items: [...moments(sorted, names, since), ...stretches(sorted, names, since, seconds)],
    tasks: names.size,
    start: started && since(started.at),
    seconds,
  };
}

const momentKinds: Partial<Record<AgentEvent["type"], TimelineKind>> = {
  "task-sent": "task sent",
  "result-received": "result received",
  "task-retried": "failed, once more",
  "request-redelivered": "redelivered",
  "dead-letter": "dead letter",
  "end-sent": "END, WORKER_DONE",
  "end-received": "END, WORKER_DONE",
  "worker-done": "END, WORKER_DONE",
};

function moments(
  events: AgentEvent[],
  names: Map<string, string>,
  since: (at: number) => number,
): TimelineItem[] {
  const deaths = deathsIn(events);
  return events.flatMap((event) => {
    const kind = deaths.has(event) ? "process died" : momentKinds[event.type];
    if (!kind) return [];
    const label = "taskId" in event ? (names.get(event.taskId) ?? "") : "";
    return [{ agent: event.agent, kind, from: since(event.at), to: since(event.at), label }];
  });
}

/** A worker does one task after the other, so its next task-done ends the task it has started. */
function stretches(
  events: AgentEvent[],
  names: Map<string, string>,
  since: (at: number) => number,
  seconds: number,
): TimelineItem[] {
  const items: TimelineItem[] = [];
  const atWork = new Map<string, TimelineItem>();
  for (const event of events) {
    if (event.type === "task-started") {
      const label = names.get(event.taskId) ?? "";
      const item: TimelineItem = {
        agent: event.agent,
        kind: "task not finished",
        from: since(event.at),
        to: seconds,
        label,
      };
      items.push(item);
      atWork.set(event.agent, item);
    } else if (event.type === "task-done") {
      const kind = event.failed ? "task failed" : "task done";
      const item = atWork.get(event.agent);
      if (item) Object.assign(item, { kind, to: since(event.at) });
      atWork.delete(event.agent);
    } else if (event.type === "process-exited" || event.type === "task-dropped") {
      const item = atWork.get(event.agent);
      if (item) item.to = since(event.at);
      atWork.delete(event.agent);
    }
  }
  return items;
}
