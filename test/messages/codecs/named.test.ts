import assert from "node:assert/strict";
import { test } from "node:test";
import type { Codec } from "../../../src/messages/codec";
import { jsonCodec } from "../../../src/messages/codecs/json";
import { codecNames, codecOf, type CodecName } from "../../../src/messages/codecs/named";

test("each name gives the codec that is called so", () => {
  assert.equal(codecOf("json"), jsonCodec);
  for (const name of codecNames) assert.equal(codecOf(name).name, name);
});

test("one of your own passes as it is", () => {
  const own: Codec = { ...jsonCodec, name: "own" };
  assert.equal(codecOf(own), own);
});

test("anything else is a clear error", () => {
  for (const wrong of ["JSON", "toString", 1, null, {}, { encode: () => [] }])
    assert.throws(() => codecOf(wrong as CodecName), {
      name: "TypeError",
      message: /^Cannot use codec as it must be json.* or an object with name, multipart, encode/,
    });
});
