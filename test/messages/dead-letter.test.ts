import assert from "node:assert/strict";
import { test } from "node:test";
import { BROKER, createRefusal, readRefusal, type Refusal } from "../../src/messages/dead-letter";
import { encodeFrame, parseResultFrame } from "../../src/messages/frame";
import {
  createFailedResult,
  createResultMessage,
  isFailedResult,
  isWorkerDoneMessage,
} from "../../src/messages/result-message";

const refusal: Refusal = {
  name: "DeadLetter",
  message: "why",
  attempts: [
    { at: 1, worker: "A", reason: "it was silent", started: true },
    { at: 2, worker: "B", reason: "it left", started: false },
  ],
};

test("a refusal is a failed result of the broker's", () => {
  const message = createRefusal("t1", refusal, 5000);
  assert.deepEqual(message, {
    task_id: "t1",
    result_data: { error: { name: "DeadLetter", message: "why" }, attempts: refusal.attempts },
    worker_id: "broker",
    timestamp: 5,
  });
  assert.ok(isFailedResult(message.result_data));
});

for (const name of ["DeadLetter", "ServiceUnavailable", "Overloaded", "TooLarge"] as const)
  test(`${name}: what arrives is what was sent`, () => {
    const sent = { ...refusal, name };
    const parsed = parseResultFrame(encodeFrame(createRefusal("t1", sent, 0)));
    assert.ok(parsed.ok && !isWorkerDoneMessage(parsed.message));
    assert.deepEqual(readRefusal(parsed.message), sent);
  });

const failure = createFailedResult(new Error("boom"));
const others: [what: string, data: Parameters<typeof createResultMessage>[1], worker: string][] = [
  ["a worker's result", "done", "1"],
  ["a worker's failure", failure, "1"],
  ["what a worker copied from the broker", createRefusal("t", refusal, 0).result_data, "1"],
  ["a result of a worker called broker", "done", BROKER],
  ["a failure of a worker called broker", failure, BROKER],
  ["a refusal without a history", { error: { name: "DeadLetter", message: "why" } }, BROKER],
  ["one of another name", { error: { name: "Else", message: "why" }, attempts: [] }, BROKER],
  [
    "one whose history is none",
    { error: { name: "DeadLetter", message: "why" }, attempts: [1] },
    BROKER,
  ],
];

for (const [what, data, worker] of others)
  test(`${what} is no refusal`, () =>
    assert.equal(readRefusal(createResultMessage("t", data, worker, 0)), undefined));
