import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKeyValue, parseKeyValue, propertyOf } from "../../../src/messages/clone/frames";

test("the five frames are those of CHP", () => {
  const frames = encodeKeyValue({
    key: "/a",
    sequence: 258,
    properties: [
      ["ttl", "30"],
      ["color", "red"],
    ],
    value: Buffer.from("1"),
  });
  assert.deepEqual(frames.map(String), [
    "/a",
    "\0\0\0\0\0\0\x01\x02",
    "",
    "ttl=30\ncolor=red\n",
    "1",
  ]);
});

test("what is written is read", () => {
  const message = {
    key: "/ä",
    sequence: Number.MAX_SAFE_INTEGER,
    uuid: Buffer.alloc(16, 7),
    properties: [["tip", "3 /a=b/"]] as const,
    value: Buffer.from([0, 255]),
  };
  const parsed = parseKeyValue(encodeKeyValue({ ...message, properties: [...message.properties] }));
  assert.deepEqual(parsed, { ok: true, message });
});

test("of a name that comes twice the first counts", () =>
  assert.equal(
    propertyOf(
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "a",
    ),
    "1",
  ));

const good = () => encodeKeyValue({ key: "/a", value: Buffer.from("1") });
const withFrame = (index: number, frame: Buffer) => good().with(index, frame);

const damaged: [what: string, frames: Buffer[], code: string][] = [
  ["four frames", good().slice(1), "wrong-frames"],
  ["six frames", [...good(), Buffer.alloc(0)], "wrong-frames"],
  ["no frame", [], "wrong-frames"],
  ["a key that is no text", withFrame(0, Buffer.of(0xff)), "not-utf8"],
  ["a huge key", withFrame(0, Buffer.alloc(801)), "too-large"],
  ["huge properties", withFrame(3, Buffer.alloc(1024 * 1024 + 1)), "too-large"],
  ["a short sequence number", withFrame(1, Buffer.alloc(7)), "wrong-shape"],
  ["a sequence number beyond 2^53", withFrame(1, Buffer.alloc(8, 0xff)), "wrong-shape"],
  ["half a UUID", withFrame(2, Buffer.alloc(8)), "wrong-shape"],
  ["properties that are no text", withFrame(3, Buffer.of(0xff)), "not-utf8"],
  ["a property without a name", withFrame(3, Buffer.from("=1\n")), "wrong-shape"],
  ["a property without a value", withFrame(3, Buffer.from("ttl\n")), "wrong-shape"],
];

for (const [what, frames, code] of damaged)
  test(`${what}: ${code}`, () => {
    const parsed = parseKeyValue(frames);
    assert.equal(parsed.ok === false && parsed.code, code);
  });
