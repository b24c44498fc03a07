import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff } from "../../src/transport/back-off";

test("doubles from failure to failure, up to the most", () =>
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((failures) => backOff(failures, 1000, 32_000)),
    [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000],
  ));

test("is never more than the most, however many failures", () => {
  assert.equal(backOff(1, 500, 100), 100);
  assert.equal(backOff(5000, 1, 100), 100); // 2 ** 4999 is Infinity
});

test("no pause stays no pause", () => {
  assert.equal(backOff(1, 0, 100), 0);
  assert.equal(backOff(5000, 0, 100), 0); // 0 times Infinity would be NaN
});
