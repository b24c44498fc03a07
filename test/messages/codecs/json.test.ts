import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonCodec } from "../../../src/messages/codecs/json";

const text = (json: string) => [Buffer.from(json)];

test("one frame of text, there and back", () => {
  const message = { task_id: "t", data: { a: ["ä", 1.5, null] }, timestamp: 1 };
  const frames = jsonCodec.encode(message);
  assert.deepEqual(frames.map(String), [
    '{"task_id":"t","data":{"a":["ä",1.5,null]},"timestamp":1}',
  ]);
  assert.deepEqual(jsonCodec.decode(frames), { ok: true, message });
});

const refusals: [frames: Buffer[], code: string, reason: RegExp][] = [
  [[], "wrong-frames", /0 frames/],
  [[...text("1"), ...text("2")], "wrong-frames", /2 frames/],
  [[Buffer.from([0xff])], "not-utf8", /not UTF-8/],
  [text("["), "not-json", /JSON/],
  [text("[".repeat(101)), "too-deep", /nested 101 deep, the limit is 100/],
];
for (const [frames, code, reason] of refusals)
  test(`refuses ${frames.length} frames: ${code}`, () => {
    const decoded = jsonCodec.decode(frames);
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, code);
    assert.match(decoded.reason, reason);
  });

test("does not send what it cannot carry", () => {
  const task = { task_id: "t", timestamp: 1 };
  assert.throws(() => jsonCodec.encode({ ...task, data: Buffer.from("bytes") }), TypeError);
  let data: unknown = 1;
  for (let n = 0; n < 100; n++) data = [data];
  assert.throws(() => jsonCodec.encode({ ...task, data: data as number[] }), {
    name: "RangeError",
    message: "Cannot send t: nested deeper than the limit of 100",
  });
});
