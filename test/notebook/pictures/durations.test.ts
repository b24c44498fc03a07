import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { durationsOf } from "../../../src/notebook/pictures/durations";

const stamp = (agent: string, seconds: number) => ({
  agent,
  at: 1_800_000_000_000 + seconds * 1000,
});
const work = (agent: string, taskId: string, from: number, to: number): AgentEvent[] => [
  { ...stamp(agent, from), type: "task-started", taskId, data: taskId },
  { ...stamp(agent, to), type: "task-done", taskId, result: null, failed: false },
];

test("work is told from waiting, and the way to START from the rest", () => {
  const durations = durationsOf([
    { ...stamp("Collector", 0), type: "listening", addresses: [] },
    { ...stamp("Generator", 0.5), type: "started", workers: 2 },
    ...work("Worker-1", "a", 1, 2),
    ...work("Worker-1", "c", 2.5, 3),
    ...work("Worker-2", "b", 1, 2.25),
    { ...stamp("Collector", 3.5), type: "worker-done", workerId: "1" },
    { ...stamp("Generator", 9), type: "workers-connected", connected: 0 },
  ]);
  assert.deepEqual(durations, { untilStart: 0.5, fromStart: 3, busiestWorker: 1.5, allWork: 2.75 });
});

test("without START there is nothing to tell", () => {
  assert.throws(() => durationsOf(work("Worker-1", "a", 0, 1)), /no START/);
});
