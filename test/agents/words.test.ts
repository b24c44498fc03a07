import assert from "node:assert/strict";
import { test } from "node:test";
import { plural, short } from "../../src/agents/words";

test("one task, two tasks, no tasks", () =>
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, "task")),
    ["0 tasks", "1 task", "2 tasks"],
  ));

test("a text stays as it is, other data is JSON", () =>
  assert.deepEqual(
    ["text", 1, null, { a: [1] }].map((data) => short(data)),
    ["text", "1", "null", '{"a":[1]}'],
  ));

test("what JSON would change is named, and binary data is not written out", () => {
  assert.equal(short(new Uint8Array(1)), "<1 byte>");
  assert.equal(
    short({ a: Buffer.alloc(2 ** 20), b: [NaN] }),
    '{"a":"<1048576 bytes>","b":["NaN"]}',
  );
});

test("long data is cut", () => {
  assert.equal(short("x".repeat(80)), "x".repeat(80));
  assert.equal(short("x".repeat(81)), `${"x".repeat(80)}…`);
  assert.equal(short([1, 2, 3], 4), "[1,2…");
});
