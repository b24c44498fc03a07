import assert from "node:assert/strict";
import { test } from "node:test";
import { retryInMs, withRetryDefaults } from "../../../../src/agents/majordomo/client/retry-policy";

const error = { name: "Error", message: "boom" };
const pauses = (policy: Parameters<typeof withRetryDefaults>[0], failures: number) =>
  Array.from({ length: failures }, (_, index) =>
    retryInMs(withRetryDefaults(policy), index + 1, error),
  );

test("by default three failures are the end, with 100 and 200 ms between them", () =>
  assert.deepEqual(pauses({}, 4), [100, 200, undefined, undefined]));

test("the pause doubles up to the longest", () =>
  assert.deepEqual(pauses({ maxAttempts: 6, backoffMs: 30, maxBackoffMs: 200 }, 6), [
    30,
    60,
    120,
    200,
    200,
    undefined,
  ]));

test("the default of the longest pause is 10 s", () =>
  assert.equal(pauses({ maxAttempts: 99 }, 50).at(-1), 10_000));

test("one attempt is no retry, and no pause is one of 0 ms", () => {
  assert.deepEqual(pauses({ maxAttempts: 1 }, 1), [undefined]);
  assert.deepEqual(pauses({ backoffMs: 0 }, 3), [0, 0, undefined]);
});

test("an error that is not retryable ends the task at once", () => {
  const asked: unknown[] = [];
  const isRetryable = (given: { name: string; message: string }) => {
    asked.push(given);
    return given.name !== "TypeError";
  };
  const policy = withRetryDefaults({ isRetryable });
  assert.equal(retryInMs(policy, 1, error), 100);
  assert.equal(retryInMs(policy, 1, { name: "TypeError", message: "never" }), undefined);
  assert.deepEqual(asked, [error, { name: "TypeError", message: "never" }]);
});

test("a wrong option is named, with its value", () => {
  const mistakes: [policy: object, complaint: RegExp][] = [
    [{ maxAttempts: 0 }, /^RangeError: Cannot use maxAttempts .* 1 up: current value is 0$/],
    [{ maxAttempts: 1.5 }, /maxAttempts .* current value is 1\.5$/],
    [{ backoffMs: -1 }, /backoffMs .* current value is -1$/],
    [{ maxBackoffMs: Infinity }, /maxBackoffMs .* current value is Infinity$/],
  ];
  for (const [policy, complaint] of mistakes)
    assert.throws(() => withRetryDefaults(policy), complaint);
});
