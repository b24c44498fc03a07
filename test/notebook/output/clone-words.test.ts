import assert from "node:assert/strict";
import { test } from "node:test";
import {
  encodeChange,
  encodeEntry,
  encodeHugz,
  encodeSnapshotEnd,
  encodeSnapshotRequest,
  encodeUpdate,
} from "../../../src/messages/clone/encode";
import { describeMessage } from "../../../src/notebook/output/clone-words";

const nobody = { confirmed: [], refused: [] };
const uuid = Buffer.alloc(0);
const value = Buffer.from('"on"');

test("each message of CHP has its words", { timeout: 240_000 }, () => {
  const update = { key: "/lamp", sequence: 3, value, uuid, server: "s", after: [2], ...nobody };
  const messages: [Buffer[], string][] = [
    [[Buffer.from("\x01")], "subscribes to all"],
    [[Buffer.from("\x01/found/")], "subscribes to /found/"],
    [[Buffer.from("\x00HUGZ")], "leaves HUGZ"],
    [encodeSnapshotRequest(""), "ICANHAZ? all"],
    [encodeSnapshotRequest("/found/"), "ICANHAZ? /found/"],
    [encodeEntry({ key: "/lamp", value }, 7), 'KVSYNC: /lamp = "on"'],
    [encodeSnapshotEnd({ subtree: "", sequence: 7 }), "KTHXBAI: up to 7"],
    [encodeHugz({ tips: new Map(), ...nobody }), "HUGZ"],
    [encodeChange({ key: "/lamp", value, uuid }), 'KVSET: /lamp = "on"'],
    [encodeUpdate(update), 'KVPUB 3: /lamp = "on"'],
    [encodeUpdate({ ...update, value: Buffer.alloc(0) }), "KVPUB 3: /lamp deleted"],
  ];
  for (const [frames, words] of messages) assert.equal(describeMessage(frames), words);
});

test("a long value is cut, and nonsense is called so", { timeout: 240_000 }, () => {
  const long = Buffer.from(JSON.stringify("x".repeat(100)));
  const words = describeMessage(encodeChange({ key: "/a", value: long, uuid }));
  assert.equal(words, `KVSET: /a = "${"x".repeat(15)}…`);
  assert.match(describeMessage([Buffer.from("hello")]), /^nonsense/);
  assert.match(describeMessage([Buffer.from("a"), Buffer.from("b")]), /^nonsense: /);
});
