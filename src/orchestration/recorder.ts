/** Keeps what the agents report, and finds in it what an orchestrator needs to know. */
import type { AgentEvent, OnEvent } from "../agents/events";
import type { Payload } from "../messages/payload";
import type { ResultMessage } from "../messages/result-message";

/** A task that never came back. */
export interface MissingTask {
  taskId: string;
  data: Payload;
  /** The agent that began to work on it, if any did. */
  startedBy?: string;
}

/** Collects the events of several agents. */
export class Recorder {
  readonly #events: AgentEvent[] = [];
  /** They hear of every event that comes. */
  readonly #waiting = new Set<OnEvent>();

  constructor(private readonly forward: OnEvent = () => {}) {}

  /** Hand this to every agent. */
  readonly onEvent: OnEvent = (event) => {
    this.#events.push(event);
    for (const hear of this.#waiting) hear(event);
    this.forward(event);
  };

  /** How many events were reported so far. */
  get length(): number {
    return this.#events.length;
  }

  /** Waits for the first event that `fits`, of those after the first `from`; undefined when the agent ends without. */
  async first(
    agent: Promise<unknown>,
    fits: (event: AgentEvent) => boolean,
    from = 0,
  ): Promise<AgentEvent | undefined> {
    const known = this.#events.slice(from).find(fits);
    if (known) return known;
    return new Promise((resolve) => {
      const end = (event?: AgentEvent) => {
        this.#waiting.delete(hear);
        resolve(event);
      };
      const hear = (event: AgentEvent) => {
        if (fits(event)) end(event);
      };
      this.#waiting.add(hear);
      const giveUp = () => end();
      agent.then(giveUp, giveUp);
    });
  }

  /** Everything so far, in order of time: events of other processes arrive a little later. */
  get events(): AgentEvent[] {
    return [...this.#events].sort((a, b) => a.at - b.at);
  }

  /** The tasks that were sent and have no result. */
  missingTasks(results: readonly ResultMessage[]): MissingTask[] {
    const returned = new Set(results.map((result) => result.task_id));
    const startedBy = new Map<string, string>();
    for (const event of this.#events)
      if (event.type === "task-started") startedBy.set(event.taskId, event.agent);
    return this.events
      .filter((event) => event.type === "task-sent")
      .filter(({ taskId }) => !returned.has(taskId))
      .map(({ taskId, data }) => ({ taskId, data, startedBy: startedBy.get(taskId) }));
  }
}
