/** The messages between agents, read from what each end reported. */
import type { AgentEvent } from "../agents/events";
import type { Role } from "./recording";
import { inOrderOfFlow, taskNames } from "./recording";

/** A message from one agent to others; START is the one that has several receivers. */
export interface RecordedMessage {
  from: string;
  to: string[];
  /** "START", "END" and "WORKER_DONE" as on the wire; a task's name; a task's name and what came of it. */
  label: string;
  /** Whose kind of message it is. */
  sort: Role | "failed";
  /** Milliseconds since 1970, as the receiver tells it; START's is the sender's. */
  at: number;
}

/** Reads the messages in order of time. A task counts as received when its worker starts on it. */
export function messagesOf(events: readonly AgentEvent[]): RecordedMessage[] {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const names = taskNames(sorted);
  const toWorkers = { from: "Generator", sort: "generator" } as const;
  return sorted.flatMap((event): RecordedMessage[] => {
    const { agent, at } = event;
    switch (event.type) {
      case "started":
        return isStart(event) ? [{ ...toWorkers, to: hearers(sorted), label: "START", at }] : [];
      case "task-started":
        return [{ ...toWorkers, to: [agent], label: names.get(event.taskId) ?? "task", at }];
      case "end-received":
        return [{ ...toWorkers, to: [agent], label: "END", at }];
      case "result-received": {
        const [verb, sort] = event.failed
          ? (["failed", "failed"] as const)
          : (["done", "worker"] as const);
        const label = `${names.get(event.taskId) ?? "task"} ${verb}`;
        return [{ from: `Worker-${event.workerId}`, to: [agent], label, sort, at }];
      }
      case "worker-done":
        return [
          {
            from: `Worker-${event.workerId}`,
            to: [agent],
            label: "WORKER_DONE",
            sort: "worker",
            at,
          },
        ];
      default:
        return [];
    }
  });
}

/** Names everybody who sends or receives, in the direction in which messages flow. */
export function participants(messages: readonly RecordedMessage[]): string[] {
  return inOrderOfFlow(messages.flatMap(({ from, to }) => [from, ...to]));
}

function isStart(event: AgentEvent): boolean {
  return event.type === "started" && "workers" in event;
}

function hearers(events: readonly AgentEvent[]): string[] {
  const heard = events.filter((event) => event.type === "started" && !isStart(event));
  return inOrderOfFlow(heard.map(({ agent }) => agent));
}
