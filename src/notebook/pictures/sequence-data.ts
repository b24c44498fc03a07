/** The messages between agents, read from what each end reported. */
import type { AgentEvent } from "../../agents/events";
import { isPool, poolMessages } from "./pool-messages";
import { inOrderOfFlow, roleOf, taskNames, type Role } from "./recording";

/** A message from one agent to others; START is the one that has several receivers. Without any it tells what befell an agent. */
export interface RecordedMessage {
  from: string;
  to: readonly string[];
  /** "START", "END" and "WORKER_DONE" as on the wire; a task's name; a task's name and what came of it. */
  label: string;
  /** Whose kind of message it is. */
  sort: Role | "failed";
  /** Which task it is about, where it is about one. */
  taskId?: string;
  /** Milliseconds since 1970, as the sender tells it where it does, else the receiver. */
  at: number;
}

/** Reads the messages in order of time. */
export function messagesOf(events: readonly AgentEvent[]): RecordedMessage[] {
  return isPool(events) ? poolMessages(events) : pipelineMessages(events);
}

/** A task of the pipeline counts as sent when its worker starts on it. */
function pipelineMessages(events: readonly AgentEvent[]): RecordedMessage[] {
  const names = taskNames(events);
  const started = events.filter(({ type }) => type === "started").map(({ agent }) => agent);
  const hearers = inOrderOfFlow(started).filter((agent) => roleOf(agent) === "worker");
  const doneAt = new Map<string, number>();
  for (const event of events) if (event.type === "task-done") doneAt.set(event.taskId, event.at);

  const messages = events.flatMap((event): RecordedMessage[] => {
    const { agent, at } = event;
    const toWorker = { from: "Generator", to: [agent], sort: "generator", at } as const;
    switch (event.type) {
      case "started":
        return "workers" in event ? [{ ...toWorker, to: hearers, label: "START" }] : [];
      case "task-started":
        return [{ ...toWorker, label: names.get(event.taskId) ?? "task", taskId: event.taskId }];
      case "end-received":
        return [{ ...toWorker, label: "END" }];
      case "result-received":
        return [resultMessage(event, names.get(event.taskId), doneAt.get(event.taskId))];
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
  return messages.sort((a, b) => a.at - b.at);
}

/** Until it arrives the worker may have started on its next task: the time is the sender's, if it told. */
function resultMessage(
  { agent, at, taskId, workerId, failed }: Extract<AgentEvent, { type: "result-received" }>,
  name = "task",
  sentAt = at,
): RecordedMessage {
  const [verb, sort] = failed ? (["failed", "failed"] as const) : (["done", "worker"] as const);
  const label = `${name} ${verb}`;
  return { from: `Worker-${workerId}`, to: [agent], label, sort, taskId, at: sentAt };
}

/** Names everybody who sends or receives, in the direction in which messages flow. */
export function participants(messages: readonly RecordedMessage[]): string[] {
  return inOrderOfFlow(messages.flatMap(({ from, to }) => [from, ...to]));
}
