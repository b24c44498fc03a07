import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "@msgpack/msgpack";
import { inspectMsgpack } from "../../../../src/messages/codecs/msgpack/inspection";

const inspect = (bytes: Uint8Array) => inspectMsgpack(Buffer.from(bytes), () => undefined);

test("lets pass what the library writes, and nothing shorter or longer", () => {
  const value = { a: [1, -1, 1e9, 2 ** 40, -(2 ** 40), 0.5, true, null], "": { b: [[], {}] } };
  const bytes = Buffer.from(encode({ ...value, text: "ä".repeat(40), bin: new Uint8Array(300) }));
  assert.equal(inspect(bytes), undefined);
  for (let end = 0; end < bytes.length; end++)
    assert.match(inspect(bytes.subarray(0, end))!.reason, /end in the middle of a value/);
  assert.match(inspect(Buffer.concat([bytes, bytes]))!.reason, /behind the end/);
});

test("tells where the texts are", () => {
  const starts: number[] = [];
  inspectMsgpack(Buffer.from(encode({ a: "bc", d: [1, "", "efg"] })), (at) => starts.push(at));
  assert.deepEqual(starts, [2, 4, 7, 11, 12]);
});

test("says at which byte a value is that is refused", () =>
  assert.equal(
    inspect(Buffer.from("9201c1", "hex"))?.reason,
    "a byte that means nothing, at byte 2",
  ));

test("a bad character behind many good ones is found", () => {
  for (const length of [10, 64, 65, 1000]) {
    const bytes = Buffer.from(encode("x".repeat(length)));
    assert.equal(inspect(bytes), undefined);
    bytes[bytes.length - 1] = 0xff;
    assert.match(inspect(bytes)!.reason, /not UTF-8/);
  }
});
