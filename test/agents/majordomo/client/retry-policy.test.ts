import assert from "node:assert/strict";
import { test } from "node:test";
import {
  explainEnd,
  retryInMs,
  withRetryDefaults,
} from "../../../../src/agents/majordomo/client/retry-policy";

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

test("by default an error that says so is not tried again", () => {
  const policy = withRetryDefaults({});
  assert.equal(retryInMs(policy, 1, { ...error, retryable: false }), undefined);
  assert.equal(retryInMs(policy, 1, { ...error, retryable: true }), 100);
});

test("the policy of one's own has the last word", () => {
  const policy = withRetryDefaults({ isRetryable: () => true });
  assert.equal(retryInMs(policy, 1, { ...error, retryable: false }), 100);
});

test("the pause is as long as the error asks for, if that is longer, and no longer than a minute", () => {
  const policy = withRetryDefaults({});
  const pauseFor = (retryAfterMs: number) => retryInMs(policy, 1, { ...error, retryAfterMs });
  assert.deepEqual([0, 100, 101, 20_000, 60_000].map(pauseFor), [100, 100, 101, 20_000, 60_000]);
  assert.equal(pauseFor(60_001), undefined);
});

test("who asks for a longer pause than maxRetryAfterMs hears that it was the end", () => {
  const policy = withRetryDefaults({ maxRetryAfterMs: 500 });
  assert.equal(retryInMs(policy, 1, { ...error, retryAfterMs: 501 }), undefined);
  assert.deepEqual(explainEnd(policy, { ...error, retryAfterMs: 501 }), {
    name: "Error",
    message: "boom (it asked for a pause of 501 ms, longer than maxRetryAfterMs, 500 ms)",
  });
  assert.deepEqual(explainEnd(policy, { ...error, retryAfterMs: 500 }), error);
  assert.deepEqual(explainEnd(policy, { ...error, retryable: false }), error);
});

test("a wrong option is named, with its value", () => {
  const mistakes: [policy: object, complaint: RegExp][] = [
    [{ maxAttempts: 0 }, /^RangeError: Cannot use maxAttempts .* 1 up: current value is 0$/],
    [{ maxAttempts: 1.5 }, /maxAttempts .* current value is 1\.5$/],
    [{ backoffMs: -1 }, /backoffMs .* current value is -1$/],
    [{ maxRetryAfterMs: -1 }, /maxRetryAfterMs .* current value is -1$/],
    [{ maxBackoffMs: Infinity }, /maxBackoffMs .* current value is Infinity$/],
  ];
  for (const [policy, complaint] of mistakes)
    assert.throws(() => withRetryDefaults(policy), complaint);
});
