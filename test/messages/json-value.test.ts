import assert from "node:assert/strict";
import { test } from "node:test";
import { nestingDepth, toJson } from "../../src/messages/json-value";

const survivors: [string, unknown][] = [
  ["texts", { a: "", b: "ä\u0000\u2028😀", c: "\ud800" }],
  ["numbers", { a: 0, b: -1.5, c: 1e308, d: Number.MIN_VALUE }],
  ["booleans and null", { a: true, b: false, c: null }],
  ["nested values", { a: [1, ["x", { b: [] }], {}] }],
  ["a key named __proto__", JSON.parse('{"__proto__": 1}')],
];

for (const [what, value] of survivors)
  test(`${what} come back as they were`, () =>
    assert.deepEqual(JSON.parse(toJson(value as object)), value));

const refused: [unknown, RegExp][] = [
  [undefined, /"data" as JSON: it is undefined/],
  [NaN, /"data" as JSON: it is NaN/],
  [-Infinity, /"data" as JSON: it is -Infinity/],
  [10n, /"data" as JSON: it is a BigInt/],
  [Symbol("s"), /"data" as JSON: it is a Symbol/],
  [() => 1, /"data" as JSON: it is a Function/],
  [new Date(0), /"data" as JSON: it is a Date/],
  [new Map([[1, 2]]), /"data" as JSON: it is a Map/],
  [new Set([1]), /"data" as JSON: it is a Set/],
  [Buffer.from("bytes"), /"data" as JSON: it is a Uint8Array/],
  [{ deep: [{ inside: undefined }] }, /"inside" as JSON: it is undefined/],
  [[1, NaN], /"1" as JSON: it is NaN/],
];

for (const [data, message] of refused)
  test(`refuses ${message.source}`, () =>
    assert.throws(() => toJson({ data }), { name: "TypeError", message }));

test("says what may be sent instead", () =>
  assert.throws(() => toJson({ data: NaN }), /Send a string, a finite number, a boolean, null/));

test("a circle is a TypeError too", () => {
  const circle: { me?: unknown } = {};
  circle.me = circle;
  assert.throws(() => toJson(circle), TypeError);
});

const depths: [json: string, depth: number][] = [
  ["1", 0],
  ["{}", 1],
  ['[[1],{"a":[]}]', 3],
  ['"[[["', 0],
  ['["\\"[[[", 1]', 1],
  ['["\\\\", [1]]', 2],
];

for (const [json, depth] of depths)
  test(`${json} is ${depth} deep`, () => assert.equal(nestingDepth(json), depth));
