/** The messages of a Majordomo pool, read from what its agents reported. */
import type { AgentEvent } from "../../agents/events";
import { agentOf, deathsIn, roleOf, taskNames } from "./recording";
import { tasksOfRequests } from "./request-tasks";
import type { RecordedMessage } from "./sequence-data";

/** Tells whether the events are of a pool: of a broker, or of somebody who speaks to one. */
export function isPool(events: readonly AgentEvent[]): boolean {
  return events.some(({ agent }) => ["client", "broker"].includes(roleOf(agent)));
}

/** Reads the messages of a pool, and what befell its workers. Heartbeats are left out. */
export function poolMessages(events: readonly AgentEvent[]): RecordedMessage[] {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const names = taskNames(sorted);
  const requests = tasksOfRequests(sorted, names.keys());
  const deaths = deathsIn(sorted);
  const told = new Set<string>();
  return sorted.flatMap((event): RecordedMessage[] => {
    if (deaths.has(event)) return [{ ...mark(event, "process died"), at: event.at }];
    const taskId = "taskId" in event ? event.taskId : requests.get(event);
    const again = told.has(`${event.type} ${taskId}`) ? " again" : "";
    told.add(`${event.type} ${taskId}`);
    const message = messageOf(event, names.get(taskId ?? "") ?? "task", again);
    return message ? [{ ...message, taskId, at: event.at }] : [];
  });
}

type Message = Omit<RecordedMessage, "taskId" | "at">;

/** What one event tells of; each message is told by its sender or by its receiver. */
function messageOf(event: AgentEvent, name: string, again: string): Message | undefined {
  const toClient = { from: "Broker", to: [event.agent] };
  switch (event.type) {
    case "request-received":
      return { from: "Client", to: [event.agent], label: name + again, sort: "client" };
    case "request-dispatched":
      return {
        from: event.agent,
        to: [agentOf(event.worker)],
        label: name + again,
        sort: "broker",
      };
    case "task-done":
      return { from: event.agent, to: ["Broker"], ...answer(name, event.failed) };
    case "result-received":
      return { ...toClient, ...answer(name, event.failed) };
    case "task-retried":
      return { ...toClient, ...answer(name, true) };
    case "duplicate-received":
      return { ...toClient, label: `${name} done again`, sort: "worker" };
    case "dead-letter":
      return { ...toClient, label: `${name} dead letter`, sort: "failed" };
    case "worker-left":
      if (event.parting === "disconnected") return undefined;
      return mark(event, `${agentOf(event.worker)} struck off`);
    default:
      return undefined;
  }
}

function answer(name: string, failed: boolean): Pick<Message, "label" | "sort"> {
  return failed
    ? { label: `${name} failed`, sort: "failed" }
    : { label: `${name} done`, sort: "worker" };
}

/** Not a message: something that befell one agent. */
function mark({ agent }: AgentEvent, label: string): Message {
  return { from: agent, to: [], label, sort: "failed" };
}
