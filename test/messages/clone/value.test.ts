import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeValue, parseValue } from "../../../src/messages/clone/value";
import type { JsonValue } from "../../../src/messages/json-value";

const values: JsonValue[] = [0, "", "ä", null, false, [], {}, [1, { a: [null] }], { __proto__: 1 }];

for (const value of values)
  test(`${JSON.stringify(value)} comes back as it was`, () => {
    const parsed = parseValue(encodeValue(value, 100), 100);
    assert.deepEqual(parsed, { ok: true, message: value });
  });

test("what JSON would change is refused", () => {
  for (const value of [undefined, NaN, new Date(), { a: undefined }])
    assert.throws(() => encodeValue(value as never, 100), TypeError);
});

test("what a reader would refuse is not sent", () => {
  assert.throws(() => encodeValue("x".repeat(100), 100), /Cannot send the value.*102 bytes/);
  let deep: JsonValue = 1;
  for (let depth = 0; depth < 101; depth++) deep = [deep];
  assert.throws(() => encodeValue(deep, 1000), /nested 101 deep/);
});

const damaged: [bytes: Buffer, code: string][] = [
  [Buffer.from("{"), "not-json"],
  [Buffer.alloc(0), "not-json"],
  [Buffer.of(0xff), "not-utf8"],
  [Buffer.from("[".repeat(200)), "too-deep"],
  [Buffer.alloc(1001, 0x31), "too-large"],
];

for (const [bytes, code] of damaged)
  test(`${bytes.length} damaged bytes: ${code}`, () => {
    const parsed = parseValue(bytes, 1000);
    assert.equal(parsed.ok === false && parsed.code, code);
  });
