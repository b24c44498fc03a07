import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "@msgpack/msgpack";
import { msgpackCodec } from "../../../src/messages/codecs/msgpack";
import { taskOf } from "./claims";

const hex = (digits: string) => [Buffer.from(digits.replaceAll(" ", ""), "hex")];

test("a message is a map with the fields of JSON", () => {
  const frames = msgpackCodec.encode({ task_id: "END_OF_TASKS", data: null });
  assert.deepEqual(frames, hex("82 a7 7461736b5f6964 ac 454e445f4f465f5441534b53 a4 64617461 c0"));
});

test("what another writer writes: float 32, long forms, any order of fields", () => {
  const decoded = msgpackCodec.decode(hex("de0002 a464617461 ca3f800000 d9077461736b5f6964 a174"));
  assert.deepEqual(decoded, { ok: true, message: { data: 1, task_id: "t" } });
});

test("of a key that comes twice the last counts, as in JSON", () =>
  assert.deepEqual(msgpackCodec.decode(hex("82 a161 01 a161 02")), {
    ok: true,
    message: { a: 2 },
  }));

test("-0 arrives as 0", () => {
  const decoded = msgpackCodec.decode(msgpackCodec.encode(taskOf(-0)));
  assert.deepEqual(decoded, { ok: true, message: taskOf(0) });
});

test("whole numbers as large as JavaScript holds exactly, in either sign", () => {
  const most = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(msgpackCodec.decode(hex("92 cf001fffffffffffff d3ffe0000000000001")), {
    ok: true,
    message: [most, -most],
  });
});

test("a byte order mark stays, in long texts too", () => {
  const long = "x".repeat(300);
  const data = {
    [`\ufeffkey${long}`]: [
      `\ufeff${long}`,
      "\ufeff",
      "",
      "plain",
      new Uint8Array([0xef, 0xbb, 0xbf]),
    ],
    "\ufeff": { bytes: new Uint8Array(0), [long]: 1 },
  };
  const decoded = msgpackCodec.decode(msgpackCodec.encode(taskOf(data)));
  assert.deepEqual(decoded, { ok: true, message: taskOf(data) });
  const [frame] = msgpackCodec.encode(taskOf(data));
  const inside = Buffer.concat([Buffer.alloc(13), frame!, Buffer.alloc(5)]);
  assert.deepEqual(msgpackCodec.decode([inside.subarray(13, -5)]), decoded);
});

const refusals: [what: string, digits: string, code: string, reason: RegExp][] = [
  ["nothing", "", "not-msgpack", /end in the middle/],
  ["a cut array", "92 01", "not-msgpack", /end in the middle/],
  ["a byte too many", "01 02", "not-msgpack", /1 bytes behind the end/],
  ["a text that is not UTF-8", "81 a161 a1ff", "not-msgpack", /text that is not UTF-8, at byte 3/],
  ["such a key", "81 a1ff 01", "not-msgpack", /text that is not UTF-8/],
  ["an overlong character", "a2c080", "not-msgpack", /UTF-8/],
  ["half a surrogate pair", "a3eda080", "not-msgpack", /UTF-8/],
  ["2^53", "cf0020000000000000", "not-msgpack", /number 9007199254740992, which JavaScript cannot/],
  ["-2^63", "d38000000000000000", "not-msgpack", /number -9223372036854775808, which JavaScript/],
  ["a date", "d6ff00000001", "not-msgpack", /an extension type, such as a date/],
  ["another extension", "c7020501ff", "not-msgpack", /an extension type/],
  ["a number as key", "81 01 02", "not-msgpack", /a key that is not text/],
  ["a map as key", "81 80 02", "not-msgpack", /a key that is not text/],
  ["__proto__", "81 a95f5f70726f746f5f5f 80", "not-msgpack", /__proto__/],
  ["the byte 0xc1", "c1", "not-msgpack", /means nothing/],
  ["four billion values", "ddffffffff", "not-msgpack", /end in the middle/],
  [
    "JSON",
    Buffer.from('{"task_id":"t"}').toString("hex"),
    "not-msgpack",
    /look like JSON: do both/,
  ],
];

for (const [what, digits, code, reason] of refusals)
  test(`refuses ${what}`, () => {
    const decoded = msgpackCodec.decode(hex(digits));
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, code);
    assert.match(decoded.reason, reason);
  });

test("refuses what is too deep, however much of it there is", () => {
  const arrays = (depth: number) => [Buffer.concat([Buffer.alloc(depth, 0x91), hex("c0")[0]!])];
  assert.equal(msgpackCodec.decode(arrays(100)).ok, true);
  for (const depth of [101, 1_000_000]) {
    const decoded = msgpackCodec.decode(arrays(depth));
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, "too-deep");
  }
});

test("arrays that claim a million values each take no memory", () => {
  const claim = Buffer.from("dd000fffff", "hex");
  const decoded = msgpackCodec.decode([Buffer.concat(Array<Buffer>(200_000).fill(claim))]);
  assert.equal(decoded.ok, false);
});

test("refuses a message of several frames, or none", () => {
  for (const frames of [[], [...hex("80"), ...hex("80")]]) {
    const decoded = msgpackCodec.decode(frames);
    assert.ok(!decoded.ok && decoded.code === "wrong-frames");
  }
});

test("reads what the library's own encoder writes", () => {
  const value = { a: [1, -1, 2 ** 40, 0.1], b: new Uint8Array(70_000), c: "ä".repeat(70_000) };
  assert.deepEqual(msgpackCodec.decode([encode(value)]), { ok: true, message: value });
});
