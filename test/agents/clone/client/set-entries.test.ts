import assert from "node:assert/strict";
import { test } from "node:test";
import { readEntry } from "../../../../src/agents/clone/client/set-entries";

const texts: [text: string, entry: object][] = [
  ["/a=1", { key: "/a", value: 1 }],
  ['/a={"b":[1]}', { key: "/a", value: { b: [1] } }],
  ["/a=some text", { key: "/a", value: "some text" }],
  ["/a=b=c", { key: "/a", value: "b=c" }],
  ["/a=", { key: "/a" }],
];

for (const [text, entry] of texts)
  test(`--set ${text}`, () => assert.deepEqual(readEntry(text), entry));

test("a text without = is refused", () => assert.throws(() => readEntry("/a"), /current value is "\/a"/)); // prettier-ignore
