/** Every codec brings what it claims there and back, and refuses the rest: nothing is changed without a word. */
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import fc from "fast-check";
import type { AgentMessage } from "../../../src/messages/codec";
import { allClaims, asArrived, taskOf, type Claims } from "./claims";
import { messages, nested, payloads } from "./payloads";

const timeout = 120_000;

/** As many arrays and objects as may be nested in `data`: the message is one of the 100 levels. */
const DEEPEST = 99;

function bringsThereAndBack(message: AgentMessage, claims: Claims): void {
  const decoded = claims.codec.decode(claims.codec.encode(message));
  assert.deepEqual(decoded, { ok: true, message: asArrived(message, claims) });
}

for (const claims of allClaims) {
  const { name } = claims.codec;
  test(`${name}: what it claims comes back as it was`, { timeout }, () =>
    fc.assert(
      fc.property(messages(payloads(claims)), (message) => bringsThereAndBack(message, claims)),
      { numRuns: 500, seed: 1 },
    ),
  );

  test(`${name}: nested to the limit`, { timeout }, () =>
    fc.assert(
      fc.property(messages(nested(claims, DEEPEST)), (message) =>
        bringsThereAndBack(message, claims),
      ),
      { numRuns: 50, seed: 2 },
    ),
  );

  test(`${name}: nested deeper is refused`, { timeout }, () =>
    fc.assert(
      fc.property(nested(claims, DEEPEST + 1), (data) =>
        assert.throws(() => claims.codec.encode(taskOf(data)), {
          name: "RangeError",
          message: /^Cannot send t: nested .*100/,
        }),
      ),
      { numRuns: 20, seed: 3 },
    ),
  );

  test(`${name}: what it does not claim is a TypeError that names the place`, { timeout }, () => {
    const hole = "place \ud83d\ude00";
    for (const [what, value] of unclaimed(claims))
      for (const data of [value, { a: [1, { [hole]: value }] }, { [hole]: [value] }])
        assert.throws(
          () => claims.codec.encode(taskOf(data)),
          (error: Error) => {
            assert.equal(error.name, "TypeError", what);
            assert.match(error.message, /^Cannot send "/, what);
            if (typeof data === "object" && data && hole in data)
              assert.ok(error.message.includes(`"data.${hole}[0]`), error.message);
            return true;
          },
          what,
        );
  });

  test(`${name}: what a sender holds stays as it was`, { timeout }, () => {
    const data = { bytes: new Uint8Array([1, 2]), list: [{ text: "x" }] };
    const copy = structuredClone(data);
    if (claims.binary) claims.codec.encode(taskOf(data));
    assert.deepEqual(data, copy);
  });

  test(`${name}: values that a notebook's cell made, in a realm of its own`, { timeout }, () => {
    const script = `({ list: [1, [null]], deep: { text: "x" }, numbers: [0.5] })`;
    const data: unknown = vm.runInNewContext(script);
    const there = structuredClone(data);
    assert.deepEqual(claims.codec.decode(claims.codec.encode(taskOf(data))), {
      ok: true,
      message: taskOf(there),
    });
    if (!claims.binary) return;
    const bytes: unknown = vm.runInNewContext("new Uint8Array([7, 8])");
    bringsThereAndBack(taskOf(new Uint8Array([7, 8])), claims);
    const decoded = claims.codec.decode(claims.codec.encode(taskOf(bytes)));
    assert.deepEqual(decoded, { ok: true, message: taskOf(new Uint8Array([7, 8])) });
  });
}

class Point {
  constructor(readonly x: number) {}
}

/** Each kind of value that the codec must refuse. */
function unclaimed(claims: Claims): [what: string, value: unknown][] {
  const circle: { me?: unknown } = {};
  const values: [string, unknown][] = [
    ["undefined", undefined],
    ["a bigint", 10n],
    ["a symbol", Symbol("s")],
    ["a function", () => 1],
    ["a date", new Date(0)],
    ["a date of another realm", vm.runInNewContext("new Date(0)")],
    ["a map", new Map([[1, 2]])],
    ["a set", new Set([1])],
    ["an error", new Error("e")],
    ["a regular expression", /x/],
    ["an array buffer", new ArrayBuffer(1)],
    ["floats", new Float64Array(1)],
    ["a promise", Promise.resolve(1)],
    ["a boxed number", Object(1)],
    ["an instance of a class", new Point(1)],
    ["a hole in an array", [1, , 2]], // eslint-disable-line no-sparse-arrays
  ];
  circle.me = circle;
  if (!claims.binary) values.push(["bytes", new Uint8Array(1)], ["a buffer", Buffer.from("b")]);
  if (!claims.nonFinite) values.push(["NaN", NaN], ["infinity", Infinity], ["minus", -Infinity]);
  if (!claims.loneSurrogates) values.push(["half", "\ud800"], ["half a key", { "\udfff": 1 }]);
  if (!claims.protoKeys) values.push(["__proto__", JSON.parse('{"__proto__":1}')]);
  if (!claims.frameKeys)
    values.push(["$frame", { $frame: 1 }], ["$frame too", { $frame: 1, x: 1 }]);
  return values;
}
