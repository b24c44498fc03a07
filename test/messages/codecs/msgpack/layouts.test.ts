import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "@msgpack/msgpack";
import { layouts, type Layout } from "../../../../src/messages/codecs/msgpack/layouts";

const kinds: [value: unknown, kind: Layout["kind"]][] = [
  ...[null, true, false, 0, 127, -1, -32, 200, -100, 300, -300, 70_000, -70_000, 0.5].map(
    (value): [unknown, Layout["kind"]] => [value, "scalar"],
  ),
  ...[2 ** 40, -(2 ** 40)].map((n): [unknown, Layout["kind"]] => [n, n > 0 ? "uint64" : "int64"]),
  ...["", "x".repeat(31), "x".repeat(32), "x".repeat(300), "x".repeat(70_000)].map(
    (value): [unknown, Layout["kind"]] => [value, "text"],
  ),
  ...[1, 300, 70_000].map((n): [unknown, Layout["kind"]] => [new Uint8Array(n), "binary"]),
  ...[0, 15, 16, 70_000].map((n): [unknown, Layout["kind"]] => [Array(n).fill(0), "array"]),
  [{}, "map"],
  [Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}`, n])), "map"],
  [new Date(0), "extension"],
];

test("what the library writes begins as the table says", () => {
  for (const [value, kind] of kinds) {
    const bytes = Buffer.from(encode(value));
    const layout = layouts[bytes[0]!]!;
    assert.equal(layout.kind, kind, bytes.toString("hex", 0, 5));
    const { sizeBytes } = layout;
    const size = sizeBytes > 0 ? bytes.readUIntBE(1, sizeBytes) : layout.size;
    if (kind !== "array" && kind !== "map") assert.equal(1 + sizeBytes + size, bytes.length);
    else
      assert.equal(size, Array.isArray(value) ? value.length : Object.keys(value as object).length);
  }
});

test("every first byte has its layout, as long as the library takes it to be", () => {
  assert.equal(layouts.length, 256);
  for (const [first, { kind, sizeBytes, size }] of layouts.entries()) {
    if (["array", "map", "unused"].includes(kind) || sizeBytes > 0) continue;
    const bytes = Buffer.concat([Buffer.from([first]), Buffer.alloc(size)]);
    assert.doesNotThrow(() => decode(bytes), `${first}`);
    assert.throws(() => decode(Buffer.concat([bytes, Buffer.alloc(1)])), /Extra 1/, `${first}`);
  }
});
