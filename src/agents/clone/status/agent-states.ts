/** What each agent is doing, read from its events one by one. Pure: no sockets, no clock. */
import type { AgentEvent } from "../../events";
import { short } from "../../words";

/** What an agent is doing. */
export interface AgentStatus {
  /** "starting", "waiting", "sending", "working", "collecting"; when it has finished, its outcome. */
  state: string;
  /** What it is working on. */
  task?: string;
  /** Tasks sent, done, or whose result was received. */
  done: number;
}

/** Longer data is cut. */
const LONGEST_TASK = 40;

/** The agents of a pipeline. */
export class AgentStates {
  readonly #agents = new Map<string, AgentStatus>();
  readonly #finished = new Set<string>();
  readonly #dead = new Set<string>();

  /** Takes note of an event; gives the agent's status if that is another one now. */
  take(event: AgentEvent): AgentStatus | undefined {
    const { agent } = event;
    const before = this.#agents.get(agent) ?? { state: "", done: 0 };
    if (event.type === "process-exited") {
      if (!this.#finished.has(agent)) this.#dead.add(agent);
      return undefined;
    }
    this.#dead.delete(agent);
    if (event.type === "finished") this.#finished.add(agent);
    else this.#finished.delete(agent);
    const change = changeBy(event, before.done);
    if (!change) return undefined;
    const status = { done: before.done, ...change };
    this.#agents.set(agent, status);
    return status;
  }

  /** Tells whether it has said how it ended. */
  hasFinished(agent: string): boolean {
    return this.#finished.has(agent);
  }

  /** Tells whether its process has ended without a word. */
  isDead(agent: string): boolean {
    return this.#dead.has(agent);
  }
}

/** What is different after an event; most events change nothing. */
function changeBy(
  event: AgentEvent,
  done: number,
): (Pick<AgentStatus, "state"> & Partial<AgentStatus>) | undefined {
  switch (event.type) {
    case "process-started":
      return { state: "starting", done: 0 };
    case "listening":
    case "connected":
      return { state: "waiting" };
    case "started":
      return { state: "workers" in event ? "sending" : "waiting" };
    case "task-sent":
      return { state: "sending", done: done + 1 };
    case "task-started":
      return { state: "working", task: short(event.data, LONGEST_TASK) };
    case "task-done":
      return { state: "waiting", done: done + 1 };
    case "result-received":
      return { state: "collecting", done: done + 1 };
    case "finished":
      return { state: event.summary.outcome };
    default:
      return undefined;
  }
}
