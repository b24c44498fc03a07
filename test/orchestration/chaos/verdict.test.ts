import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import type { MajordomoClientSummary } from "../../../src/agents/majordomo/events";
import type { ChaosPlan, Temper } from "../../../src/orchestration/chaos/plan";
import { judge } from "../../../src/orchestration/chaos/verdict";
import { createTaskMessage } from "../../../src/messages/task-message";

const client: MajordomoClientSummary = {
  outcome: "complete",
  tasksSent: 1,
  results: [],
  deadLetters: [],
  unanswered: 0,
  byWorker: {},
  retried: 0,
  resent: 0,
  duplicates: 0,
  framesRejected: 0,
  durationMs: 1,
};

const planOf = (temper: Temper): ChaosPlan => ({
  seed: 1,
  workers: 2,
  tasks: [{ n: 3, temper }],
  faults: [],
});

const stamp = { agent: "Client", at: 1 };
const sent: AgentEvent = { ...stamp, type: "task-sent", taskId: "a", data: { n: 3 } };
const result = (value: number): AgentEvent => ({
  ...{ ...stamp, type: "result-received", taskId: "a", workerId: "1", failed: false },
  result: value,
});
const attempt = { at: 1, worker: "1", reason: "gone", started: true };
const deadLetter = (attempts: number): AgentEvent => ({
  ...{ ...stamp, type: "dead-letter", taskId: "a" },
  deadLetter: {
    task: createTaskMessage({ n: 3 }),
    error: { name: "DeadLetter", message: "too many were lost" },
    attempts: Array.from({ length: attempts }, () => attempt),
  },
});

const verdict = (temper: Temper, ...endings: AgentEvent[]) =>
  judge(planOf(temper), client, [sent, ...endings]);

test("what ended once, and as it had to, is right", () => {
  assert.deepEqual(verdict("plain", result(9)), []);
  assert.deepEqual(verdict("poison", deadLetter(3)), []);
});

test("every broken promise is named", () => {
  assert.deepEqual(verdict("plain"), ["task 3 (plain) never ended"]);
  assert.deepEqual(verdict("plain", result(9), result(9)), ["task 3 (plain) ended 2 times"]);
  assert.deepEqual(verdict("plain", result(9), deadLetter(1)), ["task 3 (plain) ended 2 times"]);
  assert.deepEqual(verdict("slow", result(8)), ["task 3 (slow) has the result 8"]);
  assert.deepEqual(verdict("slow", deadLetter(3)), [
    "task 3 (slow) is a dead letter: too many were lost",
  ]);
  assert.deepEqual(verdict("poison", result(9)), [
    "task 3 (poison) has a result, and cannot have one",
  ]);
  assert.deepEqual(verdict("poison", deadLetter(0)), [
    "task 3 (poison) is a dead letter without a history",
  ]);
});

test("a client that gave up, or left something over, is no success", () => {
  const wrong = judge(planOf("plain"), { ...client, outcome: "broker-lost", unanswered: 2 }, [
    sent,
    result(9),
  ]);
  assert.deepEqual(wrong, ['the client ended as "broker-lost"', "2 tasks are unanswered"]);
});
