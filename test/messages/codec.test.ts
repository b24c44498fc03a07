import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyFrame } from "../../src/messages/codec";

test("a format of one frame takes one frame, without copying it", () => {
  const bytes = new Uint8Array([9, 1, 2, 9]);
  const only = onlyFrame([bytes.subarray(1, 3)]);
  assert.ok(only.ok);
  assert.deepEqual([...only.frame], [1, 2]);
  bytes[1] = 7;
  assert.equal(only.frame[0], 7);
});

test("and no other number of frames", () => {
  for (const frames of [[], [Buffer.from("a"), Buffer.from("b")]])
    assert.deepEqual(onlyFrame(frames), {
      ok: false,
      code: "wrong-frames",
      reason: `${frames.length} frames, where one is a whole message`,
    });
});
