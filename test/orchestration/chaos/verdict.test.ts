import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import type { MajordomoClientSummary } from "../../../src/agents/majordomo/events";
import type { ChaosPlan, Strike, Temper } from "../../../src/orchestration/chaos/plan";
import { judge } from "../../../src/orchestration/chaos/verdict";
import { createTaskMessage } from "../../../src/messages/task-message";

const client: MajordomoClientSummary = {
  outcome: "complete",
  tasksSent: 1,
  results: [],
  deadLetters: [],
  cancelled: 0,
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
const attempt = (worker = "Worker-1-0000000a", at = 1) => ({
  ...{ at, worker, reason: "gone" },
  started: true,
});
const deadLetter = (...attempts: ReturnType<typeof attempt>[]): AgentEvent => ({
  ...{ ...stamp, type: "dead-letter", taskId: "a" },
  deadLetter: {
    task: createTaskMessage({ n: 3 }),
    error: { name: "DeadLetter", message: "too many were lost" },
    attempts,
  },
});

const verdict = (temper: Temper, ...endings: AgentEvent[]) =>
  judge(planOf(temper), client, [sent, ...endings], []);

test("what ended once, and as it had to, is right", () => {
  assert.deepEqual(verdict("plain", result(9)), []);
  assert.deepEqual(verdict("poison", deadLetter(attempt())), []);
});

test("every broken promise is named", () => {
  assert.deepEqual(verdict("plain"), ["task 3 (plain) never ended"]);
  assert.deepEqual(verdict("plain", result(9), result(9)), ["task 3 (plain) ended 2 times"]);
  assert.deepEqual(verdict("plain", result(9), deadLetter(attempt())), [
    "task 3 (plain) ended 2 times",
  ]);
  assert.deepEqual(verdict("slow", result(8)), ["task 3 (slow) has the result 8"]);
  assert.deepEqual(verdict("slow", deadLetter(attempt(), attempt("B", 7.5))), [
    "task 3 (slow) is a dead letter: too many were lost; " +
      "Worker-1-0000000a at 1, begun: gone; B at 8, begun: gone",
  ]);
  assert.deepEqual(verdict("poison", result(9)), [
    "task 3 (poison) has a result, and cannot have one",
  ]);
  assert.deepEqual(verdict("poison", deadLetter()), [
    "task 3 (poison) is a dead letter without a history",
  ]);
});

test("a client that gave up, or left something over, is no success", () => {
  const wrong = judge(
    planOf("plain"),
    { ...client, outcome: "broker-lost", unanswered: 2 },
    [sent, result(9)],
    [],
  );
  assert.deepEqual(wrong, ['the client ended as "broker-lost"', "2 tasks are unanswered"]);
});

test("a good task is excused when faults have cost it its workers, each loss by a fault of its own", () => {
  const strike = (agent: string, from: number, to = from): Strike => ({
    ...{ type: "kill-worker", agent, from, to },
  });
  const losses = [
    attempt("Worker-1-0000000a", 1400),
    attempt("Worker-2-0000000b", 6000),
    attempt("Worker-1-0000000c", 9000),
    attempt("Worker-3-0000000d", 9500),
  ];
  const strikes = [strike("Worker-1", 1000), strike("Worker-2", 3000, 5000)];
  const isExcused = (third?: Strike, temper: Temper = "plain") => {
    const events = [sent, deadLetter(...losses)];
    return (
      judge(planOf(temper), client, events, third ? [...strikes, third] : strikes).length === 0
    );
  };
  assert.equal(isExcused(), false, "two faults are not three");
  assert.equal(isExcused(undefined, "hangs-once"), true, "one loss is its own");
  assert.equal(isExcused(strike("Worker-1", 8900)), true);
  assert.equal(isExcused(strike("Worker-1", 9001)), false, "a fault that came later");
  assert.equal(isExcused(strike("Worker-1", 6900)), false, "a fault that was long over");
  assert.equal(isExcused(strike("Worker-2", 8900)), false, "another worker's");
  assert.equal(isExcused(strike("Worker-11", 8900)), false, "another worker's");
  assert.equal(isExcused({ ...strike("Worker-1", 8900), type: "dismiss-worker" }), false);
  assert.equal(isExcused({ ...strike("Worker-1", 8900), type: "freeze-broker" }), false);
  const twice = [...losses.slice(0, 2), losses[1]!, losses[1]!];
  const wrong = judge(planOf("plain"), client, [sent, deadLetter(...twice)], strikes);
  assert.equal(wrong.length, 1, "one fault explains one loss");
});
