import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCarried, findUncarried } from "../../../src/messages/codecs/carried";
import { taskOf } from "./claims";

const strict = { binary: false, nonFinite: false, loneSurrogates: false, protoKeys: false };
const lenient = { binary: true, nonFinite: true, loneSurrogates: true, protoKeys: true };

const nested = (depth: number): unknown => (depth ? [nested(depth - 1)] : 1);

test("a sender is told what is wrong, where, and what may be sent", () => {
  const task = taskOf({ a: [1, NaN] });
  assert.throws(() => checkCarried(task, "Smoke", strict), {
    name: "TypeError",
    message:
      'Cannot send "data.a[1]" as Smoke: it is NaN. ' +
      "Send a string, a finite number, a boolean, null, an array or an object.",
  });
  checkCarried(task, "Smoke", lenient);
  assert.throws(
    () => checkCarried(taskOf(undefined), "Smoke", lenient),
    /it is undefined. Send a string, a number, a boolean, null, a Uint8Array, an array or an obj/,
  );
});

test("the message counts as one level of the depth", () => {
  checkCarried(taskOf(nested(99)), "Smoke", strict);
  assert.throws(() => checkCarried(taskOf(nested(100)), "Smoke", strict), {
    name: "RangeError",
    message: "Cannot send t: nested deeper than the limit of 100",
  });
  assert.equal(findUncarried(taskOf(nested(99)), strict), undefined);
  assert.equal(findUncarried(taskOf(nested(100)), strict)?.code, "too-deep");
});

test("a receiver is told why it refuses, whatever came", () => {
  const infinite = { ok: false, code: "wrong-shape" };
  const found = findUncarried({ data: [Infinity] }, strict);
  assert.deepEqual(found, { ...infinite, reason: "data[0]: is Infinity" });
  assert.deepEqual(findUncarried(Infinity, strict)?.reason, "the message: is Infinity");
  for (const fine of [null, 1, "text", [], { data: null }])
    assert.equal(findUncarried(fine, strict), undefined);
});
