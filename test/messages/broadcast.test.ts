import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createUpdateMessage,
  encodeUpdateMessage,
  isTopic,
  parseUpdateMessage,
  withoutCovered,
  type UpdateMessage,
} from "../../src/messages/broadcast";
import type { FrameProblem } from "../../src/messages/codec";
import type { JsonValue } from "../../src/messages/json-value";

const message: UpdateMessage = {
  topic: "status.Worker-1",
  publisher_id: "Publisher-1-0123abcd",
  sequence: 3,
  timestamp: 1.5,
  data: { state: "idle" },
};

const topic = Buffer.from("status.");
const body = (fields: object) => Buffer.from(JSON.stringify({ ...fields }));
const whole = { publisher_id: "P", sequence: 1, timestamp: 1, data: null };

test("an update is a topic and a text, its fields in snake_case", () => {
  const [first, second, ...rest] = encodeUpdateMessage(message);
  assert.equal(String(first), "status.Worker-1");
  assert.equal(
    String(second),
    '{"publisher_id":"Publisher-1-0123abcd","sequence":3,"timestamp":1.5,"data":{"state":"idle"}}',
  );
  assert.deepEqual(rest, []);
});

test("what is made of an update carries the time in seconds", () => {
  const made = createUpdateMessage({ topic: "found.", data: [1] }, "P", 7, 2500);
  assert.deepEqual(made, {
    topic: "found.",
    publisher_id: "P",
    sequence: 7,
    timestamp: 2.5,
    data: [1],
  });
});

const datas: JsonValue[] = [null, 0, "", "ü 🦉", [[]], { __proto: 1 }, { a: [1, { b: false }] }];
for (const data of datas)
  test(`there and back: ${JSON.stringify(data)}`, () => {
    const sent = { ...message, topic: "grüße.🦉", data };
    assert.deepEqual(parseUpdateMessage(encodeUpdateMessage(sent)), { ok: true, message: sent });
  });

test("fields that nobody knows are left out", () => {
  const parsed = parseUpdateMessage([topic, body({ ...whole, topic: "x", more: 1 })]);
  assert.deepEqual(parsed, { ok: true, message: { topic: "status.", ...whole } });
});

const nested = (depth: number) => Buffer.from("[".repeat(depth) + "]".repeat(depth));
const refused: [why: string, frames: Buffer[], code: FrameProblem["code"], reason: RegExp][] = [
  ["nothing", [], "wrong-frames", /^0 frames, where an update has two$/],
  ["one frame", [topic], "wrong-frames", /^1 frames/],
  ["three frames", [topic, body(whole), topic], "wrong-frames", /^3 frames/],
  ["large", [topic, Buffer.alloc(1024 * 1024)], "too-large", /^1048583 bytes, the limit is/],
  ["a topic of other bytes", [Buffer.of(0xff), body(whole)], "not-utf8", /topic is not UTF-8/],
  ["an empty topic", [Buffer.alloc(0), body(whole)], "wrong-shape", /topic is not 1 to 200/],
  ["a topic with a bell", [Buffer.from("a\u0007"), body(whole)], "wrong-shape", /printable/],
  ["a long topic", [Buffer.alloc(201, "a"), body(whole)], "wrong-shape", /topic/],
  ["a text of other bytes", [topic, Buffer.of(0x22, 0xff, 0x22)], "not-utf8", /not UTF-8/],
  ["no JSON", [topic, Buffer.from("hello?")], "not-json", /JSON/],
  ["deep", [topic, nested(101)], "too-deep", /^nested 101 deep/],
  ["null", [topic, Buffer.from("null")], "wrong-shape", /expected object/],
  ["no data", [topic, body({ ...whole, data: undefined })], "wrong-shape", /^data: is missing$/],
  ["nobody", [topic, body({ ...whole, publisher_id: "" })], "wrong-shape", /^publisher_id: /],
  ["a count from 0", [topic, body({ ...whole, sequence: 0 })], "wrong-shape", /^sequence: is no/],
  ["half a count", [topic, body({ ...whole, sequence: 1.5 })], "wrong-shape", /^sequence: is no/],
  ["2^53", [topic, body({ ...whole, sequence: 2 ** 53 })], "wrong-shape", /^sequence: is no/],
  ["a date", [topic, body({ ...whole, timestamp: "now" })], "wrong-shape", /^timestamp: /],
];

for (const [why, frames, code, reason] of refused)
  test(`refused: ${why}`, () => {
    const parsed = parseUpdateMessage(frames);
    assert.ok(!parsed.ok);
    assert.equal(parsed.code, code);
    assert.match(parsed.reason, reason);
  });

test("what no receiver would accept is not sent", () => {
  const send = (changed: object, limit?: number) => () =>
    encodeUpdateMessage({ ...message, ...changed }, limit);
  assert.throws(send({ topic: "" }), {
    name: "TypeError",
    message:
      'Cannot publish as a topic must be a text of 1 to 200 printable characters: current value is ""',
  });
  assert.throws(send({ data: undefined }), /^TypeError: Cannot send "data" as JSON: it is undef/);
  assert.throws(send({ data: "x" }, 20), /^RangeError: Cannot publish on status.Worker-1: \d+ byt/);
  const deep = JSON.parse(String(nested(100))) as JsonValue;
  assert.throws(send({ data: deep }), /^RangeError: Cannot publish on status.Worker-1: nested 101/);
  assert.doesNotThrow(send({ data: (deep as JsonValue[])[0] }));
});

test("a topic is a printable text of 1 to 200 characters", () => {
  for (const text of ["a", "status.", "grüße 🦉", "x".repeat(200)]) assert.ok(isTopic(text), text);
  const others = ["", "x".repeat(201), "a\nb", "\u0000", "\ud800", "\ufffd", 7, null, undefined];
  for (const other of others) assert.ok(!isTopic(other), String(other));
});

test("topics that another one covers are left out, and said twice they are one", () => {
  assert.deepEqual(withoutCovered(["status.", "found.", "status.Worker-1", "found."]), [
    "status.",
    "found.",
  ]);
  assert.deepEqual(withoutCovered(["a", "", "b"]), [""]);
  assert.deepEqual(withoutCovered(["ab", "ac"]), ["ab", "ac"]);
});
