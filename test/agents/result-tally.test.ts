import assert from "node:assert/strict";
import { test } from "node:test";
import { ResultTally } from "../../src/agents/result-tally";
import { createPartialResult } from "../../src/messages/partial-result";
import {
  createFailedResult,
  createResultMessage,
  createWorkerDoneMessage,
} from "../../src/messages/result-message";

const result = (taskId: string, worker = "1") => createResultMessage(taskId, "r", worker, 0);
const done = createWorkerDoneMessage;

test("tells what each message was", () => {
  const tally = new ResultTally(2, 1);
  assert.equal(tally.add(result("a")), "result");
  assert.equal(tally.add(result("a", "2")), "duplicate");
  assert.equal(tally.add(done("1")), "worker-done");
});

test("a part is no result, and one that comes after the result is nothing", () => {
  const tally = new ResultTally(1, 0);
  const part = createPartialResult("a", 0, "p", "2");
  assert.equal(tally.add(part), "part");
  assert.equal(tally.isComplete, false);
  assert.equal(tally.add(result("a")), "result");
  assert.equal(tally.add(part), "late-part");
  const { results, parts, duplicates, byWorker } = tally.summary();
  assert.deepEqual([results.length, parts, duplicates, byWorker], [1, 1, 0, { 1: 1 }]);
});

test("is complete when the last result and the last leave are in, in any order", () => {
  for (const messages of [
    [result("a"), result("b"), done("1"), done("2")],
    [done("2"), result("b"), done("1"), result("a")],
  ]) {
    const tally = new ResultTally(2, 2);
    for (const message of messages) {
      assert.equal(tally.isComplete, false);
      tally.add(message);
    }
    assert.equal(tally.isComplete, true);
  }
});

test("a duplicate does not complete anything", () => {
  const tally = new ResultTally(2, 0);
  tally.add(result("a"));
  tally.add(result("a"));
  assert.equal(tally.isComplete, false);
});

test("sums up in order of arrival", () => {
  const tally = new ResultTally(4, 2);
  const failed = createResultMessage("c", createFailedResult(new Error("boom")), "1", 0);
  const messages = [result("b"), result("a", "2"), result("b"), failed, done("1")];
  messages.forEach((message) => tally.add(message));
  assert.deepEqual(tally.summary(), {
    results: [result("b"), result("a", "2"), failed],
    missing: 1,
    failed: 1,
    byWorker: { 1: 2, 2: 1 },
    workersDone: ["1"],
    workersNotDone: ["2"],
    duplicates: 1,
    parts: 0,
  });
});

test("more results than expected: none is missing", () => {
  const tally = new ResultTally(1, 1);
  ["a", "b"].forEach((taskId) => tally.add(result(taskId)));
  assert.deepEqual([tally.summary().missing, tally.summary().results.length], [0, 2]);
});

test("names whom it knows, and counts whom it does not", () => {
  assert.deepEqual(new ResultTally(1, 2).summary().workersNotDone, [
    "(never heard of)",
    "(never heard of)",
  ]);
  assert.deepEqual(new ResultTally(1, 2, ["x", "y"]).summary().workersNotDone, ["x", "y"]);
  const tally = new ResultTally(1, 3, ["x"]);
  tally.add(done("x"));
  tally.add(result("a", "z"));
  assert.deepEqual(tally.summary().workersNotDone, ["z", "(never heard of)"]);
});

test("a worker may be called __proto__", () => {
  const tally = new ResultTally(1, 1);
  tally.add(result("a", "__proto__"));
  assert.deepEqual(Object.entries(tally.summary().byWorker), [["__proto__", 1]]);
});

test("a summary is a copy", () => {
  const tally = new ResultTally(1, 2);
  tally.add(done("1"));
  const before = tally.summary();
  tally.add(done("2"));
  tally.add(result("a"));
  assert.deepEqual([before.workersDone, before.results], [["1"], []]);
});
