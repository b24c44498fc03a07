import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonCodec } from "../../../src/messages/codecs/json";
import { MAX_BINARY_FRAMES, multipartCodec } from "../../../src/messages/codecs/multipart";
import { taskOf } from "./claims";

const frames = (json: unknown, ...binaries: string[]) => [
  Buffer.from(JSON.stringify(json)),
  ...binaries.map((text) => Buffer.from(text)),
];

test("bytes travel in frames of their own, and the JSON says where they belong", () => {
  const data = { image: new Uint8Array([1, 2]), more: [Buffer.from("x")] };
  const [json, ...binaries] = multipartCodec.encode(taskOf(data));
  assert.equal(
    String(json),
    '{"task_id":"t","data":{"image":{"$frame":1},"more":[{"$frame":2}]},"timestamp":1}',
  );
  assert.deepEqual(binaries, [Buffer.from([1, 2]), Buffer.from("x")]);
  assert.deepEqual(multipartCodec.decode([json!, ...binaries]), {
    ok: true,
    message: taskOf({ image: new Uint8Array([1, 2]), more: [new Uint8Array([120])] }),
  });
});

test("data may be nothing but bytes", () => {
  const task = taskOf(new Uint8Array(3));
  assert.deepEqual(multipartCodec.decode(multipartCodec.encode(task)), { ok: true, message: task });
});

test("without bytes it is JSON", () => {
  const task = taskOf({ a: [1, "ä"] });
  assert.deepEqual(multipartCodec.encode(task), jsonCodec.encode(task));
  assert.deepEqual(multipartCodec.decode(jsonCodec.encode(task)), { ok: true, message: task });
});

test("what is sent does not change when its sender uses the buffer again", () => {
  const bytes = new Uint8Array(1000).fill(1);
  const [, sent] = multipartCodec.encode(taskOf(bytes));
  bytes.fill(2);
  assert.deepEqual(sent, Buffer.alloc(1000, 1));
});

test("what arrives shows its own bytes, not the buffer around them", () => {
  const pool = Buffer.from("..abc..");
  const decoded = multipartCodec.decode([frames(taskOf({ $frame: 1 }))[0]!, pool.subarray(2, 5)]);
  assert.deepEqual(decoded, { ok: true, message: taskOf(new Uint8Array([97, 98, 99])) });
});

test("as many frames as the limit, and no more", () => {
  const bytes = (count: number) => Array.from({ length: count }, (_, n) => new Uint8Array([n]));
  const most = taskOf(bytes(MAX_BINARY_FRAMES));
  assert.deepEqual(multipartCodec.decode(multipartCodec.encode(most)), { ok: true, message: most });
  assert.throws(() => multipartCodec.encode(taskOf(bytes(MAX_BINARY_FRAMES + 1))), {
    name: "RangeError",
    message: "Cannot send t: 101 Uint8Arrays, the limit is 100",
  });
});

test("an object that looks like a reference is not sent", () => {
  for (const data of [{ $frame: 1 }, { a: [{ $frame: "x", b: 1 }] }])
    assert.throws(() => multipartCodec.encode(taskOf(data)), {
      name: "TypeError",
      message: /^Cannot send "data(\.a\[0\])?" as JSON with binary frames: it has a key "\$frame"/,
    });
});

const refusals: [what: string, frames: Buffer[], code: string, reason: RegExp][] = [
  ["no frame", [], "not-json", /end of JSON/],
  [
    "a frame that is missing",
    frames([{ $frame: 2 }], "a"),
    "wrong-frames",
    /:2} names none of the 1/,
  ],
  ["a reference to the JSON", frames([{ $frame: 0 }], "a"), "wrong-frames", /names none of the 1/],
  ["a broken number", frames([{ $frame: 1.5 }], "a"), "wrong-frames", /names none/],
  ["a text as number", frames([{ $frame: "1" }], "a"), "wrong-frames", /names none/],
  ["a reference and more", frames([{ $frame: 1, b: 1 }], "a"), "wrong-frames", /names none/],
  [
    "a frame in two places",
    frames([{ $frame: 1 }, { $frame: 1 }], "a"),
    "wrong-frames",
    /two places/,
  ],
  [
    "a frame in no place",
    frames([{ $frame: 1 }], "a", "b"),
    "wrong-frames",
    /frame 2 belongs nowhere/,
  ],
  ["101 frames", frames([], ..."x".repeat(101)), "wrong-frames", /101 frames .* limit is 100/],
  ["bytes first", [Buffer.from([0xff]), ...frames(1)], "not-utf8", /not UTF-8/],
  ["a number that is none", [Buffer.from('{"a":[1e999]}')], "wrong-shape", /a\[0\]: is Infinity/],
];

for (const [what, frames, code, reason] of refusals)
  test(`refuses ${what}`, () => {
    const decoded = multipartCodec.decode(frames);
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, code);
    assert.match(decoded.reason, reason);
  });

test("bytes may be as deep as anything else", () => {
  const nest = (depth: number, core: unknown): unknown => (depth ? [nest(depth - 1, core)] : core);
  const task = taskOf(nest(99, new Uint8Array([1])));
  assert.deepEqual(multipartCodec.decode(multipartCodec.encode(task)), { ok: true, message: task });
  for (const core of [[], [[]]]) {
    const decoded = multipartCodec.decode(frames(taskOf(nest(99, core))));
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, "too-deep");
  }
});
