import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fromWireValue,
  toWireValue,
  type WireValue,
} from "../../../../src/messages/codecs/protobuf/value";
import type { Payload } from "../../../../src/messages/payload";

const pairs: [value: Payload, wire: WireValue][] = [
  [null, { null: 0 }],
  [1.5, { number: 1.5 }],
  ["", { text: "" }],
  [false, { boolean: false }],
  [new Uint8Array([1]), { binary: new Uint8Array([1]) }],
  [[1, 2], { numbers: { values: [1, 2] } }],
  [[], { list: { values: [] } }],
  [[1, null], { list: { values: [{ number: 1 }, { null: 0 }] } }],
];

for (const [value, wire] of pairs)
  test(`${JSON.stringify(value)} is of kind ${Object.keys(wire).join()}`, () => {
    assert.deepEqual(toWireValue(value), wire);
    assert.deepEqual(fromWireValue(wire), value);
  });

test("an object is a struct, whatever its keys", () => {
  const value = JSON.parse('{"__proto__":[1],"constructor":null}') as Payload;
  const { struct } = toWireValue(value);
  assert.deepEqual(Object.keys(struct!.fields), ["__proto__", "constructor"]);
  assert.deepEqual(fromWireValue({ struct: struct! }), value);
});

test("numbers are copied: who changes what arrived changes nothing else", () => {
  const values = [1, 2];
  const arrived = fromWireValue({ numbers: { values } }) as number[];
  arrived.push(3);
  assert.deepEqual(values, [1, 2]);
});

test("a value of no kind, or too deep, is refused", () => {
  assert.throws(() => fromWireValue({}), { code: "wrong-shape", message: /no kind/ });
  assert.throws(() => fromWireValue({ list: { values: [{}] } }), { code: "wrong-shape" });
  let wire: WireValue = { list: { values: [] } };
  for (let n = 1; n < 99; n++) wire = { list: { values: [wire] } };
  assert.doesNotThrow(() => fromWireValue(wire));
  assert.throws(() => fromWireValue({ list: { values: [wire] } }), { code: "too-deep" });
});
