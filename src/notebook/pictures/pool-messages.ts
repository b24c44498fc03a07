/** The messages of a Majordomo pool, read from what its agents reported. */
import type { AgentEvent } from "../../agents/events";
import { agentOf, deathsIn, roleOf, taskNames } from "./recording";
import { requestNames } from "./request-names";
import type { RecordedMessage } from "./sequence-data";

/** Tells whether the events are of a pool: of a broker, or of somebody who speaks to one. */
export function isPool(events: readonly AgentEvent[]): boolean {
  return events.some(({ agent }) => ["client", "broker"].includes(roleOf(agent)));
}

/** Reads the messages of a pool, and what befell its workers. Heartbeats are left out. */
export function poolMessages(events: readonly AgentEvent[]): RecordedMessage[] {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const tasks = taskNames(sorted);
  const requests = requestNames(sorted, tasks);
  const deaths = deathsIn(sorted);
  const told = new Set<string>();
  const once = (way: string, name: string): string => {
    const isRepeated = told.has(`${way} ${name}`);
    told.add(`${way} ${name}`);
    return isRepeated ? `${name} again` : name;
  };
  return sorted.flatMap((event): RecordedMessage[] => {
    const { agent, at } = event;
    const nameOf = (taskId: string) => tasks.get(taskId) ?? "task";
    const toClient = { from: "Broker", to: [agent], at };
    switch (event.type) {
      case "request-received": {
        const label = once("in", requests.get(event) ?? `request ${event.request}`);
        return [{ from: "Client", to: [agent], label, sort: "client", at }];
      }
      case "request-dispatched": {
        const label = once("out", requests.get(event) ?? `request ${event.request}`);
        return [{ from: agent, to: [agentOf(event.worker)], label, sort: "broker", at }];
      }
      case "task-done":
        return [{ from: agent, to: ["Broker"], at, ...answer(nameOf(event.taskId), event.failed) }];
      case "result-received":
        return [{ ...toClient, ...answer(nameOf(event.taskId), event.failed) }];
      case "task-retried":
        return [{ ...toClient, ...answer(nameOf(event.taskId), true) }];
      case "duplicate-received":
        return [{ ...toClient, label: `${nameOf(event.taskId)} done again`, sort: "worker" }];
      case "dead-letter":
        return [{ ...toClient, label: `${nameOf(event.taskId)} dead letter`, sort: "failed" }];
      case "worker-left":
        if (event.parting === "disconnected") return [];
        return [mark(agent, `${agentOf(event.worker)} struck off`, at)];
      case "process-exited":
        return deaths.has(event) ? [mark(agent, "process died", at)] : [];
      default:
        return [];
    }
  });
}

function answer(name: string, failed: boolean): Pick<RecordedMessage, "label" | "sort"> {
  return failed
    ? { label: `${name} failed`, sort: "failed" }
    : { label: `${name} done`, sort: "worker" };
}

/** Not a message: something that befell one agent. */
function mark(agent: string, label: string, at: number): RecordedMessage {
  return { from: agent, to: [], label, sort: "failed", at };
}
