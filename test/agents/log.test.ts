import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent, ResultCollectorSummary } from "../../src/agents/events";
import { formatEvent, printEvent } from "../../src/agents/log";
import type { Payload } from "../../src/messages/payload";

const collected: ResultCollectorSummary = {
  outcome: "workers-lost",
  results: [],
  missing: 2,
  failed: 1,
  byWorker: { 1: 4, 2: 3 },
  workersDone: ["1"],
  workersNotDone: ["2"],
  duplicates: 0,
  parts: 5,
  framesRejected: 1,
  durationMs: 1234,
};

type Unstamped = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Omit<Event, "agent" | "at">
    : never
  : never;

const failure = { error: { name: "Error", message: "boom" } };
const taskId = "t";

const lines: [agent: string, event: Unstamped, lines: string][] = [
  [
    "Generator",
    { type: "listening", addresses: ["tcp://a", "tcp://b"] },
    "listening on tcp://a and tcp://b",
  ],
  ["Generator", { type: "worker-ready", ready: 1, expected: 2 }, "1 of 2 workers ready"],
  ["Generator", { type: "started", workers: 1 }, "START to 1 worker"],
  ["Generator", { type: "task-sent", taskId, data: "Task_1_payload" }, "sent Task_1_payload"],
  ["Generator", { type: "end-sent", again: false }, "sent END"],
  [
    "Generator",
    { type: "end-sent", again: true },
    "sent one more END, in case one was taken along",
  ],
  ["Generator", { type: "workers-connected", connected: 0 }, "0 workers connected"],
  ["Worker-1", { type: "connected", to: "collector" }, "connected to the collector"],
  ["Worker-1", { type: "started" }, "START heard"],
  ["Worker-1", { type: "task-started", taskId, data: { a: [1] } }, 'working on {"a":[1]}'],
  ["Worker-1", { type: "task-done", taskId, result: "r", failed: false }, "finished: r"],
  [
    "Worker-1",
    { type: "task-done", taskId, result: failure, failed: true },
    'failed: {"error":{"name":"Error","message":"boom"}}',
  ],
  [
    "Worker-1",
    { type: "frame-rejected", code: "not-json", reason: "why" },
    "refused a frame (not-json): why",
  ],
  ["Worker-1", { type: "end-received" }, "END heard"],
  [
    "Collector",
    { type: "result-received", taskId, workerId: "1", result: null, failed: false },
    "received null",
  ],
  [
    "Collector",
    { type: "result-received", taskId, workerId: "1", result: "x", failed: true },
    "a failure from Worker-1: x",
  ],
  [
    "Collector",
    { type: "partial-received", taskId, workerId: "1", part: { index: 0 } },
    'part from Worker-1: {"index":0}',
  ],
  ["Collector", { type: "worker-done", workerId: "1" }, "Worker-1 is done"],
  ["Worker-1", { type: "process-started", pid: 7 }, "is process 7"],
  ["Worker-1", { type: "process-exited", code: 1, signal: null }, "process ended with code 1"],
  [
    "Worker-1",
    { type: "process-exited", code: null, signal: "SIGKILL" },
    "process killed by SIGKILL",
  ],
  [
    "Generator",
    {
      type: "finished",
      summary: { outcome: "complete", tasksSent: 10, workersStarted: 2, durationMs: 3649 },
    },
    "complete: 10 tasks sent to 2 workers in 3.6 s",
  ],
  [
    "Worker-1",
    {
      type: "finished",
      summary: {
        outcome: "stopped",
        workerId: "1",
        tasksDone: 1,
        tasksFailed: 0,
        framesRejected: 0,
        durationMs: 0,
      },
    },
    "stopped: 1 task done, 0 failed, in 0.0 s",
  ],
];

for (const [agent, event, line] of lines)
  test(`[${agent}] ${line}`, () =>
    assert.equal(formatEvent({ agent, at: 0, ...event }), `[${agent}] ${line}`));

test("a collection that lacks something says what, a line each", () => {
  const event: AgentEvent = { agent: "Collector", at: 0, type: "finished", summary: collected };
  assert.deepEqual(formatEvent(event).split("\n"), [
    "[Collector] workers-lost: 0 results in 1.2 s (Worker-1 4, Worker-2 3)",
    "[Collector] 1 failure among them",
    "[Collector] 2 results missing",
    "[Collector] never done: Worker-2",
    "[Collector] 5 parts came ahead",
    "[Collector] 1 frame refused",
  ]);
});

const sent = (data: Payload): string =>
  formatEvent({ agent: "Generator", at: 0, type: "task-sent", taskId, data });

test("long data is cut", () =>
  assert.equal(sent("x".repeat(1000)), `[Generator] sent ${"x".repeat(80)}…`));

test("data of several lines cannot pass for somebody else's line", () =>
  assert.equal(sent("a\n[Collector] b"), "[Generator] sent a\n[Generator] [Collector] b"));

test("data cannot paint the terminal", () =>
  assert.equal(sent("\u001b[31mred\u0007"), "[Generator] sent \ufffd[31mred\ufffd"));

test("prints one event as one line", (t) => {
  const log = t.mock.method(console, "log", () => {});
  printEvent({ agent: "Worker-1", at: 0, type: "end-received" });
  assert.deepEqual(log.mock.calls[0]?.arguments, ["[Worker-1] END heard"]);
});
