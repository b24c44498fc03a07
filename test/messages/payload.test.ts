import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { findObstacle, MAX_DEPTH, type Carries } from "../../src/messages/payload";

const json: Carries = { binary: false, nonFinite: false, loneSurrogates: true, protoKeys: true };
const binary: Carries = { binary: true, nonFinite: true, loneSurrogates: false, protoKeys: false };

const plain = { a: ["", 0, -0, 1e308, true, null, { b: [] }], c: {}, "": "ä😀" };
const proto = JSON.parse('{"__proto__": 1}') as object;

test("what JSON has, everybody carries", () => {
  for (const carries of [json, binary]) assert.equal(findObstacle(plain, carries), undefined);
});

test("what only some carry is their choice", () => {
  for (const value of ["\ud800", proto]) assert.equal(findObstacle({ value }, json), undefined);
  for (const value of [Buffer.from("b"), new Uint8Array(3), NaN, -Infinity])
    assert.equal(findObstacle({ value }, binary), undefined);
});

const obstacles: [value: unknown, carries: Carries, what: RegExp][] = [
  [undefined, binary, /^undefined$/],
  [NaN, json, /^NaN$/],
  [Infinity, json, /^Infinity$/],
  [10n, binary, /^a BigInt$/],
  [Symbol("s"), binary, /^a Symbol$/],
  [() => 1, binary, /^a Function$/],
  [new Date(0), binary, /^a Date$/],
  [new Map(), binary, /^a Map$/],
  [new Float64Array(1), binary, /^a Float64Array$/],
  [Buffer.from("bytes"), json, /^a Uint8Array$/],
  ["x\udc00", binary, /^a text with half a surrogate pair$/],
  [proto, binary, /^an object with a key "__proto__"$/],
];

for (const [value, carries, what] of obstacles)
  test(`finds ${what.source} and says where it is`, () => {
    const message = { data: { pages: [0, { value }] }, last: undefined };
    const found = findObstacle(message, carries);
    assert.equal(found?.code, "not-carried");
    assert.equal(found.place, "data.pages[1].value");
    assert.match(found.what, what);
  });

test("a hole in an array is undefined", () => {
  const holed: unknown[] = [];
  holed[1] = 1;
  assert.deepEqual(findObstacle({ holed }, json)?.place, "holed[0]");
});

test("a key is looked at as well", () =>
  assert.equal(findObstacle({ "\ud800": 1 }, binary)?.what, "a key with half a surrogate pair"));

test("values of a notebook's cell are known by what they are", () => {
  const value = runInNewContext("({ a: [1, {}], b: new Uint8Array(2), c: null })") as object;
  assert.equal(findObstacle(value, binary), undefined);
  const date = runInNewContext("({ d: new Date(0) })") as object;
  assert.equal(findObstacle(date, binary)?.what, "a Date");
});

const nested = (depth: number): object => {
  let value: object = {};
  for (let n = 1; n < depth; n++) value = { a: value };
  return value;
};

test("the depth has a limit, and nothing overflows on the way", () => {
  assert.equal(findObstacle(nested(MAX_DEPTH), json), undefined);
  assert.equal(findObstacle(nested(MAX_DEPTH + 1), json)?.code, "too-deep");
  assert.equal(findObstacle(nested(1_000_000), json)?.code, "too-deep");
  const circle: { me?: unknown } = {};
  circle.me = circle;
  assert.equal(findObstacle(circle, json)?.code, "too-deep");
});
