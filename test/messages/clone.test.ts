/** Each command, from one end to the other; then what chance makes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { ChangeCommand, UpdateCommand } from "../../src/messages/clone";
import {
  encodeChange,
  encodeEntry,
  encodeHugz,
  encodeSnapshotEnd,
  encodeSnapshotRequest,
  encodeUpdate,
} from "../../src/messages/clone/encode";
import { encodeKeyValue } from "../../src/messages/clone/frames";
import { isKey } from "../../src/messages/clone/keys";
import {
  parseChange,
  parsePublished,
  parseSnapshotPart,
  parseSnapshotRequest,
} from "../../src/messages/clone/parse";

const none = Buffer.alloc(0);
const value = Buffer.from("1");
const nobody = { confirmed: [], refused: [] };

const change: ChangeCommand = {
  key: "/a/b",
  value,
  uuid: none,
  ttlMs: 2500,
  signature: { writer: "w", number: 3, first: 2, wantsHugz: true },
};
const update: Omit<UpdateCommand, "type"> = {
  key: "/a/b",
  sequence: 9,
  value,
  uuid: Buffer.alloc(16, 1),
  ttlMs: 1,
  server: "s",
  after: [8, 0],
  confirmed: [{ writer: "w", number: 3 }],
  refused: [{ writer: "w", number: 2, reason: "it is = full" }],
};

test("ICANHAZ", () => {
  assert.deepEqual(encodeSnapshotRequest("/a/").map(String), ["ICANHAZ?", "/a/"]);
  for (const subtree of ["", "/a/"])
    assert.deepEqual(parseSnapshotRequest(encodeSnapshotRequest(subtree)), {
      ok: true,
      message: subtree,
    });
  for (const frames of [["ICANHAZ?"], ["ICANHAZ?", "/a"], ["GIMME", ""], ["", "ICANHAZ?", ""], []])
    assert.equal(parseSnapshotRequest(frames.map((text) => Buffer.from(text))).ok, false);
});

test("KVSET", () => {
  assert.deepEqual(parseChange(encodeChange(change)), { ok: true, message: change });
  assert.equal(
    String(encodeChange(change)[3]),
    "ttl=2.5\nwriter=w\nnumber=3\nfirst=2\nanswer=HUGZ\n",
  );
});

test("KVSET of a client that knows only CHP", () => {
  const frames = encodeKeyValue({ key: "/a", properties: [["ttl", "30"], ["mood", "good"]], value }); // prettier-ignore
  const parsed = parseChange(frames);
  const message = { key: "/a", value, uuid: none, ttlMs: 30_000, signature: undefined };
  assert.deepEqual(parsed, { ok: true, message });
  const forever = parseChange(encodeKeyValue({ key: "/a", properties: [["ttl", "0"]], value }));
  assert.equal(forever.ok && forever.message.ttlMs, undefined);
});

const wrongChanges: [what: string, key: string, properties: [string, string][]][] = [
  ["a key without a slash", "a", []],
  ["a command for a key", "KTHXBAI", []],
  ["a time to live of soon", "/a", [["ttl", "soon"]]],
  ["a negative time to live", "/a", [["ttl", "-1"]]],
  ["a writer without a number", "/a", [["writer", "w"]]],
  ["a number 0", "/a", [["writer", "w"], ["number", "0"], ["first", "0"]]], // prettier-ignore
  ["a first behind the number", "/a", [["writer", "w"], ["number", "1"], ["first", "2"]]], // prettier-ignore
  ["a writer with a blank", "/a", [["writer", "w w"], ["number", "1"], ["first", "1"]]], // prettier-ignore
];

for (const [what, key, properties] of wrongChanges)
  test(`KVSET with ${what} is refused`, () =>
    assert.equal(parseChange(encodeKeyValue({ key, properties, value })).ok, false));

test("KVPUB", () => {
  const message = { type: "update", ...update };
  assert.deepEqual(parsePublished(encodeUpdate(update)), { ok: true, message });
});

test("KVPUB of a server that knows only CHP", () => {
  const parsed = parsePublished(encodeKeyValue({ key: "/a", sequence: 5, value }));
  assert.equal(parsed.ok && parsed.message.server, undefined);
  assert.equal(parsed.ok && parsed.message.type === "update" && parsed.message.after, undefined);
});

test("HUGZ", () => {
  const tips = new Map([["", 9], ["/a b/", 7]]); // prettier-ignore
  const confirmed = [{ writer: "w", number: 3 }, { writer: "v", number: 0 }]; // prettier-ignore
  const hugz = { server: "s", tips, confirmed, refused: update.refused };
  assert.deepEqual(parsePublished(encodeHugz(hugz)), {
    ok: true,
    message: { type: "hugz", ...hugz },
  });
  const plain = parsePublished(encodeKeyValue({ key: "HUGZ" }));
  const expected = { type: "hugz", server: undefined, tips: new Map(), ...nobody };
  assert.deepEqual(plain, { ok: true, message: expected });
});

test("KVSYNC and KTHXBAI: the highest sequence number of the first is that of the second, as CHP wants", () => {
  const entry = encodeEntry({ key: "/a", value, ttlMs: 0.2 }, 9);
  const end = encodeSnapshotEnd({ subtree: "/a/", sequence: 9, server: "s", entries: 1 });
  assert.deepEqual(entry[1], end[1]);
  assert.deepEqual(parseSnapshotPart(entry), {
    ok: true,
    message: { type: "entry", key: "/a", value, ttlMs: 1 }, // whole milliseconds, never none
  });
  assert.deepEqual(parseSnapshotPart(end), {
    ok: true,
    message: { type: "end", subtree: "/a/", sequence: 9, server: "s", entries: 1 },
  });
});

const valid = [
  encodeChange(change),
  encodeUpdate(update),
  encodeHugz({ server: "s", tips: new Map([["/a/", 1]]), ...nobody }),
  encodeEntry({ key: "/a", value }, 1),
  encodeSnapshotEnd({ subtree: "", sequence: 1, server: "s", entries: 1 }),
  encodeSnapshotRequest("/a/"),
];

for (const seed of [1, 2, 3])
  test(`chance damages frames (seed ${seed}): nobody throws, and what is accepted is in order`, () => {
    const dice = xoroshiro128plus(seed);
    const roll = (from: number, to: number) => uniformInt(dice, from, to);
    for (let round = 0; round < 5000; round++) {
      const frames = valid[roll(0, valid.length - 1)]!.map((frame) => Buffer.from(frame));
      for (let left = roll(1, 3); left > 0; left--) damage(frames, roll);
      const changed = parseChange(frames);
      if (changed.ok) assert.ok(isKey(changed.message.key));
      const published = parsePublished(frames);
      if (published.ok && published.message.type === "update") {
        const { key, sequence, after = [] } = published.message;
        assert.ok(isKey(key) && [sequence, ...after].every(Number.isSafeInteger));
      }
      if (published.ok)
        for (const { number } of published.message.confirmed)
          assert.ok(Number.isSafeInteger(number));
      const part = parseSnapshotPart(frames);
      if (part.ok && part.message.type === "entry") assert.ok(isKey(part.message.key));
      parseSnapshotRequest(frames);
    }
  });

function damage(frames: Buffer[], roll: (from: number, to: number) => number): void {
  const index = roll(0, frames.length - 1);
  const frame = frames[index] ?? none;
  switch (roll(0, 4)) {
    case 0:
      if (frame.length > 0) frame[roll(0, frame.length - 1)] = roll(0, 255);
      return;
    case 1:
      frames[index] = frame.subarray(0, roll(0, frame.length));
      return;
    case 2:
      frames[index] = Buffer.concat([frame, Buffer.from([roll(0, 255), 10, 61])]);
      return;
    case 3:
      frames.splice(index, 1);
      return;
    default:
      frames.splice(index, 0, Buffer.from(String(roll(0, 1000))));
  }
}
