/** What pictures need to know about a recording of events: who took part, and what the tasks are called. */
import type { AgentEvent } from "../../agents/events";
import type { Payload } from "../../messages/payload";

/** An agent's part in the pipeline or in a Majordomo pool, read from its name. */
export type Role = "generator" | "client" | "broker" | "worker" | "collector";

const roles: Record<string, Role> = {
  Generator: "generator",
  Client: "client",
  Broker: "broker",
  Server: "broker",
  Collector: "collector",
};

/** Reads the part from the name that the agent's events carry. */
export function roleOf(agent: string): Role {
  return roles[agent] ?? "worker";
}

/** Reads the agent from the name under which a broker knows a worker: eight digits for the connection follow it. */
export function agentOf(worker: string): string {
  return worker.replace(/-[0-9a-f]{8}$/, "");
}

const rank: Record<Role, number> = { generator: 0, client: 0, broker: 1, worker: 2, collector: 3 };

/** Names each agent once, in the direction in which messages flow; Worker-2 before Worker-10. */
export function inOrderOfFlow(agents: Iterable<string>): string[] {
  const byName = new Intl.Collator("en", { numeric: true }).compare;
  return [...new Set(agents)].sort((a, b) => rank[roleOf(a)] - rank[roleOf(b)] || byName(a, b));
}

/** Finds a short name for each task_id: from the task's data where that is a text, else a number. */
export function taskNames(events: readonly AgentEvent[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "task-sent" && event.type !== "task-started") continue;
    if (!names.has(event.taskId))
      names.set(event.taskId, shortName(event.data, `task ${names.size + 1}`));
  }
  return names;
}

/** Picks the ends of processes that had not said how they ended: those were killed, or crashed. Events in order of time. */
export function deathsIn(events: readonly AgentEvent[]): Set<AgentEvent> {
  const finished = new Set<string>();
  const deaths = new Set<AgentEvent>();
  for (const event of events) {
    if (event.type === "process-started") finished.delete(event.agent);
    else if (event.type === "finished") finished.add(event.agent);
    else if (event.type === "process-exited" && !finished.has(event.agent)) deaths.add(event);
  }
  return deaths;
}

/** The task_ids that more than one worker, or one more than once, has begun with. */
export function begunTwice(events: readonly AgentEvent[]): string[] {
  const begun = events.flatMap((event) => (event.type === "task-started" ? [event.taskId] : []));
  return [...new Set(begun.filter((taskId, index) => begun.indexOf(taskId) !== index))];
}

const ends: AgentEvent["type"][] = ["task-done", "result-received", "dead-letter"];

/** Cuts a recording to its work: from the first task sent to the last one ended. */
export function cutToWork(events: readonly AgentEvent[]): AgentEvent[] {
  const times = (types: AgentEvent["type"][]) =>
    events.filter(({ type }) => types.includes(type)).map(({ at }) => at);
  const from = Math.min(...times(["task-sent"]));
  const to = Math.max(...times(ends));
  return events.filter(({ at }) => at >= from && at <= to);
}

const LONGEST_NAME = 12;

/** The data itself where that is a text, without "_payload" and not too long; else `otherwise`. */
export function shortName(data: Payload, otherwise: string): string {
  if (typeof data !== "string") return otherwise;
  const name = data.replace(/_payload$/, "");
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}
