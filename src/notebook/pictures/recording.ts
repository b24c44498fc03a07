/** What pictures need to know about a recording of events: who took part, and what the tasks are called. */
import type { AgentEvent } from "../../agents/events";
import type { JsonValue } from "../../messages/json-value";

/** An agent's part in the pipeline, read from its name. */
export type Role = "generator" | "worker" | "collector";

/** Reads the part from the name that the agent's events carry. */
export function roleOf(agent: string): Role {
  if (agent === "Generator") return "generator";
  return agent === "Collector" ? "collector" : "worker";
}

const rank: Record<Role, number> = { generator: 0, worker: 1, collector: 2 };

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

const LONGEST_NAME = 12;

/** The data itself where that is a text, without "_payload" and not too long; else `otherwise`. */
export function shortName(data: JsonValue, otherwise: string): string {
  if (typeof data !== "string") return otherwise;
  const name = data.replace(/_payload$/, "");
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}
