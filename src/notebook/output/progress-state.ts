/** How far each agent is, read from its events one by one. */
import type { AgentEvent } from "../../agents/events";
import { inOrderOfFlow, shortName } from "../pictures/recording";

/** One agent's line in the live display. */
export interface ProgressRow {
  agent: string;
  progress: string;
  now: string;
}

interface AgentProgress {
  finished: boolean;
  done: number;
  failed: number;
  now: string;
}

/** How many characters a full bar has. */
const BAR_LENGTH = 20;

/** The progress of all agents of a pipeline. */
export class Progress {
  private readonly agents = new Map<string, AgentProgress>();

  constructor(private readonly tasks: number) {}

  /** Takes note of what an agent reports. */
  take(event: AgentEvent): void {
    const agent = this.agents.get(event.agent) ?? { finished: false, done: 0, failed: 0, now: "" };
    this.agents.set(event.agent, agent);
    if (["task-sent", "task-done", "result-received"].includes(event.type)) agent.done++;
    if ("failed" in event && event.failed) agent.failed++;
    agent.finished ||= event.type === "finished";
    // A process says how it ended before it exits; one that died could not.
    if (event.type === "process-exited" && agent.finished) return;
    agent.now = occupation(event, agent.now);
  }

  /** A row an agent, in the direction in which messages flow. */
  rows(): ProgressRow[] {
    return inOrderOfFlow(this.agents.keys()).map((name) => {
      const { done, failed, now } = this.agents.get(name)!;
      const filled = Math.min(BAR_LENGTH, Math.round((done / this.tasks) * BAR_LENGTH));
      const bar = "█".repeat(filled) + "░".repeat(BAR_LENGTH - filled);
      const failures = failed > 0 ? `, ${failed} failed` : "";
      return { agent: name, progress: `\`${bar}\` ${done} of ${this.tasks}${failures}`, now };
    });
  }
}

/** What an agent is doing after an event; most events change nothing about it. */
function occupation(event: AgentEvent, before: string): string {
  switch (event.type) {
    case "process-started":
      return "starting";
    case "listening":
      return event.agent === "Generator" ? "waiting for workers" : "waiting for results";
    case "connected":
      return "waiting for START";
    case "worker-ready":
      return `${event.ready} of ${event.expected} workers ready`;
    case "started":
      return "workers" in event ? "sending tasks" : "waiting for a task";
    case "task-started":
      return `working on ${shortName(event.data, "a task")}`;
    case "task-done":
      return "waiting for a task";
    case "finished":
      return event.summary.outcome;
    case "process-exited":
      return event.signal ? `killed by ${event.signal}` : `ended with code ${event.code}`;
    default:
      return before;
  }
}
