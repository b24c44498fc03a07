/** A recording of the demonstration as the agents report it, made by hand. */
import type { AgentEvent } from "../../../src/agents/events";

export interface RecordedRun {
  tasks?: number;
  workers?: number;
  /** How long a task takes, in milliseconds, by worker number from 1. */
  workMs?: (worker: number) => number;
  taskDelayMs?: number;
  /** Numbers of the tasks that fail, from 1. */
  failing?: number[];
  /** A worker that stops reporting in the middle of its second task. */
  killed?: number;
}

const T0 = 1_700_000_000_000;

export function recordedRun({
  tasks = 10,
  workers = 2,
  workMs = (worker) => 500 + 100 * worker,
  taskDelayMs = 100,
  failing = [],
  killed,
}: RecordedRun = {}): AgentEvent[] {
  const events: AgentEvent[] = [];
  const collector = "Collector";
  const generator = "Generator";
  events.push({
    agent: generator,
    at: T0,
    type: "listening",
    addresses: ["tcp://127.0.0.1:5557", "tcp://127.0.0.1:5559"],
  });
  events.push({
    agent: collector,
    at: T0 + 1,
    type: "listening",
    addresses: ["tcp://127.0.0.1:5558"],
  });
  for (let n = 1; n <= workers; n++) {
    events.push({ agent: `Worker-${n}`, at: T0 + 5 + n, type: "connected", to: "collector" });
    events.push({ agent: `Worker-${n}`, at: T0 + 10 + n, type: "connected", to: "generator" });
    events.push({
      agent: generator,
      at: T0 + 20 + n,
      type: "worker-ready",
      ready: n,
      expected: workers,
    });
  }
  const start = T0 + 60;
  events.push({ agent: generator, at: start, type: "started", workers });
  const free = Array.from({ length: workers }, () => start + 2);
  for (let n = 1; n <= workers; n++)
    events.push({ agent: `Worker-${n}`, at: start + 2, type: "started" });
  const done = Array.from({ length: workers }, () => 0);
  for (let task = 1; task <= tasks; task++) {
    const sentAt = start + taskDelayMs * (task - 1);
    const taskId = `00000000-0000-4000-8000-${String(task).padStart(12, "0")}`;
    const data = `Task_${task}_payload`;
    events.push({ agent: generator, at: sentAt, type: "task-sent", taskId, data });
    const index = (task - 1) % workers;
    const worker = index + 1;
    const agent = `Worker-${worker}`;
    const isDead = killed === worker && (done[index] ?? 0) >= 2;
    if (isDead) continue;
    const at = Math.max(free[index] ?? 0, sentAt + 1);
    events.push({ agent, at, type: "task-started", taskId, data });
    done[index] = (done[index] ?? 0) + 1;
    if (killed === worker && done[index] === 2) {
      events.push({ agent, at: at + 200, type: "process-exited", code: null, signal: "SIGKILL" });
      continue;
    }
    const failed = failing.includes(task);
    const result = failed
      ? { error: { name: "Error", message: `task ${task} is poison` } }
      : `Result_for_(${data})_by_${agent}`;
    const ended = at + workMs(worker);
    free[index] = ended + 1;
    events.push({ agent, at: ended, type: "task-done", taskId, result, failed });
    events.push({
      agent: collector,
      at: ended + 1,
      type: "result-received",
      taskId,
      workerId: String(worker),
      result,
      failed,
    });
  }
  let last = start + taskDelayMs * tasks;
  for (let n = 1; n <= workers; n++) {
    if (killed === n) continue;
    const agent = `Worker-${n}`;
    const at = Math.max(free[n - 1] ?? 0, last) + 1;
    events.push({ agent: generator, at, type: "end-sent", again: false });
    events.push({ agent, at: at + 1, type: "end-received" });
    events.push({ agent: collector, at: at + 3, type: "worker-done", workerId: String(n) });
    const tasksDone = done[n - 1] ?? 0;
    const summary = {
      outcome: "complete",
      workerId: String(n),
      tasksDone,
      tasksFailed: 0,
      framesRejected: 0,
      durationMs: at - T0,
    } as const;
    events.push({ agent, at: at + 4, type: "finished", summary });
    last = Math.max(last, at);
  }
  return events.sort((a, b) => a.at - b.at);
}
