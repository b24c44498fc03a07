import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { toJson } from "../../src/messages/json-value";
import type { Payload } from "../../src/messages/payload";
import {
  createFailedResult,
  createResultMessage,
  createWorkerDoneMessage,
  isFailedResult,
  isWorkerDoneMessage,
} from "../../src/messages/result-message";

test("a result names its task and its worker, with the time in seconds", () =>
  assert.deepEqual(createResultMessage("t1", [1], "2", 1500), {
    task_id: "t1",
    result_data: [1],
    worker_id: "2",
    timestamp: 1.5,
  }));

test("a result is made now unless told otherwise", () => {
  const before = Date.now() / 1000;
  const { timestamp } = createResultMessage("t1", null, "1");
  assert.ok(timestamp >= before && timestamp <= Date.now() / 1000, `${timestamp}`);
});

test("WORKER_DONE is what the Python agents send", () =>
  assert.equal(
    JSON.stringify(createWorkerDoneMessage("1")),
    '{"task_id":"WORKER_DONE","worker_id":"1"}',
  ));

test("tells a leave from a result", () => {
  assert.equal(isWorkerDoneMessage(createWorkerDoneMessage("1")), true);
  assert.equal(isWorkerDoneMessage(createResultMessage("t", null, "1")), false);
});

test("an error becomes data with its name and message", () =>
  assert.deepEqual(createFailedResult(new RangeError("too much")), {
    error: { name: "RangeError", message: "too much" },
  }));

test("what an error says about another try travels, and nothing else of it", () => {
  const hints = { retryable: true, retryAfterMs: 1500 };
  const thrown = Object.assign(new Error("busy"), hints, { key: "secret" });
  assert.deepEqual(createFailedResult(thrown), {
    error: { name: "Error", message: "busy", ...hints },
  });
  assert.deepEqual(createFailedResult(Object.assign(new Error("no"), { retryable: false })).error, {
    name: "Error",
    message: "no",
    retryable: false,
  });
});

const noHints = [
  { retryable: "no", retryAfterMs: "1000" },
  { retryable: 0, retryAfterMs: -1 },
  { retryable: null, retryAfterMs: NaN },
  { retryable: undefined, retryAfterMs: Infinity },
  { retryable: {}, retryAfterMs: 5n },
];
for (const hints of noHints)
  test(`${inspect(hints)} says nothing`, () => {
    const thrown = Object.assign(new Error("busy"), hints);
    assert.deepEqual(createFailedResult(thrown), { error: { name: "Error", message: "busy" } });
  });

test("a long message is cut to 1000 characters", () =>
  assert.equal(createFailedResult(new Error("x".repeat(5000))).error.message.length, 1000));

test("half a surrogate pair, thrown or left by the cut, becomes \ufffd: not every codec carries it", () => {
  assert.equal(createFailedResult(new Error("half \ud83d")).error.message, "half \ufffd");
  const cut = createFailedResult(new Error("x".repeat(999) + "😀")).error.message;
  assert.equal(cut, "x".repeat(999) + "\ufffd");
});

const odd: [string, unknown][] = [
  ["a text", "boom"],
  ["undefined", undefined],
  ["null", null],
  ["a number", 42],
  ["a symbol", Symbol("boom")],
  ["an object that cannot be a text", Object.create(null)],
  ["an error whose message is no text", Object.assign(new Error(), { message: { code: 7 } })],
  ["an error whose name is no text", Object.assign(new Error("boom"), { name: undefined })],
  ["an error whose name is endless", Object.assign(new Error("boom"), { name: "N".repeat(1e6) })],
];

for (const [what, thrown] of odd)
  test(`${what} that was thrown becomes a short failed result`, () => {
    const failed = createFailedResult(thrown);
    assert.equal(isFailedResult(failed), true);
    assert.equal(typeof failed.error.name, "string");
    assert.ok(toJson(failed).length < 2100);
  });

test("tells a failure from a result that looks similar", () => {
  assert.equal(isFailedResult(createFailedResult("boom")), true);
  const results: Payload[] = [
    null,
    "error",
    1,
    [],
    ["error"],
    {},
    { error: null },
    { error: "text" },
  ];
  results.push({ error: [] }, { error: { name: "E" } });
  for (const result of results) assert.equal(isFailedResult(result), false, JSON.stringify(result));
});
