import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, context as globalContext } from "zeromq";
import {
  checkDurations,
  checkName,
  checkTimeLimits,
  checkWholeNumbers,
  withDefaults,
} from "../../src/agents/options";
import { wallClock } from "../../src/agents/stamp";
import { jsonCodec } from "../../src/messages/codecs/json";

test("the defaults are those of the documentation", () => {
  const { context, ...settings } = withDefaults({});
  assert.deepEqual(settings, {
    signal: undefined,
    startTimeoutMs: 60_000,
    peerTimeoutMs: 5000,
    highWaterMark: 1000,
    codec: jsonCodec,
    maxFrameBytes: 1_048_576,
    clock: wallClock,
  });
  assert.ok(context instanceof Context);
});

test("agents share a context that is not zeromq's global one, unless given their own", () => {
  assert.equal(withDefaults({}).context, withDefaults({}).context);
  assert.notEqual(withDefaults({}).context, globalContext);
  const context = new Context();
  assert.equal(withDefaults({ context }).context, context);
});

test("the agent's signal follows the caller's, and leaves no listener on it", (t) => {
  const stop = new AbortController();
  const added = t.mock.method(stop.signal, "addEventListener");
  const { signal } = withDefaults({ signal: stop.signal });
  signal?.addEventListener("abort", () => {});
  assert.equal(added.mock.callCount(), 0);
  stop.abort("reason");
  assert.deepEqual([signal?.aborted, signal?.reason], [true, "reason"]);
});

test("counts are whole numbers from a least one up", () => {
  checkWholeNumbers(0, { a: 0, b: 1, c: Number.MAX_SAFE_INTEGER });
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53, "3" as unknown as number])
    assert.throws(() => checkWholeNumbers(0, { good: 1, bad: value }), {
      name: "RangeError",
      message: `Cannot use bad as it must be a whole number from 0 up: current value is ${value}`,
    });
  assert.throws(() => checkWholeNumbers(1, { bad: 0 }), /from 1 up: current value is 0/);
});

test("a count may have a most", () => {
  checkWholeNumbers(1, { a: 1, b: 100 }, 100);
  assert.throws(() => checkWholeNumbers(1, { bad: 101 }, 100), {
    name: "RangeError",
    message: "Cannot use bad as it must be a whole number from 1 to 100: current value is 101",
  });
});

test("durations are 0 or more, for ever included", () => {
  checkDurations({ a: 0, b: 0.5, c: Infinity });
  for (const value of [-1, NaN, -Infinity, "100" as unknown as number])
    assert.throws(() => checkDurations({ bad: value }), {
      name: "RangeError",
      message: `Cannot use bad as it must be milliseconds, 0 to Infinity: current value is ${value}`,
    });
});

test("a delay is no longer than a timer can be", () => {
  checkDurations({ a: 2 ** 31 - 1 }, 2 ** 31 - 1);
  assert.throws(() => checkDurations({ bad: Infinity }, 2 ** 31 - 1), /0 to 2147483647/);
});

test("a time limit is no less than a millisecond, for ever included", () => {
  checkTimeLimits({ a: 1, b: Infinity });
  for (const value of [0, 0.5, -1, NaN])
    assert.throws(() => checkTimeLimits({ bad: value }), {
      name: "RangeError",
      message: `Cannot use bad as it must be milliseconds, 1 to Infinity: current value is ${value}`,
    });
});

test("names have 1 to 200 characters", () => {
  checkName("workerId", "x".repeat(200));
  for (const value of ["", "x".repeat(201), 7 as unknown as string])
    assert.throws(() => checkName("workerId", value), {
      name: "TypeError",
      message: `Cannot use workerId as it must be a text of 1 to 200 characters: current value is ${JSON.stringify(value)}`,
    });
});
