import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentStates, type AgentStatus } from "../../../../src/agents/clone/status/agent-states";
import type { AgentEvent } from "../../../../src/agents/events";

const options = { timeout: 240_000 };

/** Lets an agent report these, and gives what it was doing after each. */
function follow(states: AgentStates, agent: string, ...events: object[]) {
  return events.map((event) => states.take({ agent, at: 0, ...event } as AgentEvent));
}

test("a worker starts, waits, works and waits", options, () => {
  const states = new AgentStates();
  const seen = follow(
    states,
    "Worker-1",
    { type: "process-started", pid: 1 },
    { type: "connected", to: "collector" },
    { type: "started" },
    { type: "task-started", taskId: "a", data: "Task_1" },
    { type: "task-done", taskId: "a", result: "", failed: false },
    { type: "task-started", taskId: "b", data: { long: "x".repeat(100) } },
    { type: "end-received" },
    { type: "finished", summary: { outcome: "complete" } },
  );
  const expected: (AgentStatus | undefined)[] = [
    { state: "starting", done: 0 },
    { state: "waiting", done: 0 },
    { state: "waiting", done: 0 },
    { state: "working", task: "Task_1", done: 0 },
    { state: "waiting", done: 1 },
    { state: "working", task: `{"long":"${"x".repeat(31)}…`, done: 1 },
    undefined,
    { state: "complete", done: 1 },
  ];
  assert.deepEqual(seen, expected);
  assert.deepEqual([states.hasFinished("Worker-1"), states.isDead("Worker-1")], [true, false]);
});

test("a generator sends and a collector collects, each with its own count", options, () => {
  const states = new AgentStates();
  const sent = { type: "task-sent", taskId: "a", data: 1 };
  const received = {
    type: "result-received",
    taskId: "a",
    workerId: "1",
    result: 1,
    failed: false,
  };
  const generator = follow(states, "Generator", { type: "started", workers: 2 }, sent, sent);
  const collector = follow(states, "Collector", { type: "listening", addresses: [] }, received);
  assert.deepEqual(generator.at(0), { state: "sending", done: 0 });
  assert.deepEqual(generator.at(-1), { state: "sending", done: 2 });
  assert.deepEqual(collector.at(0), { state: "waiting", done: 0 });
  assert.deepEqual(collector.at(-1), { state: "collecting", done: 1 });
});

const exited = { type: "process-exited", code: null, signal: "SIGKILL" };

test("a process that ends without a word is dead, until it is started again", options, () => {
  const states = new AgentStates();
  follow(states, "Worker-1", { type: "task-started", taskId: "a", data: 1 }, exited);
  assert.ok(states.isDead("Worker-1"));
  const [again] = follow(states, "Worker-1", { type: "process-started", pid: 2 });
  assert.deepEqual(again, { state: "starting", done: 0 });
  assert.equal(states.isDead("Worker-1"), false);
});

test("a process that has said how it ended is not dead", options, () => {
  const states = new AgentStates();
  follow(states, "Worker-1", { type: "finished", summary: { outcome: "stopped" } }, exited);
  assert.deepEqual([states.hasFinished("Worker-1"), states.isDead("Worker-1")], [true, false]);
});
