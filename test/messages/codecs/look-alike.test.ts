import assert from "node:assert/strict";
import { test } from "node:test";
import { withHint } from "../../../src/messages/codecs/look-alike";
import { allClaims, taskOf } from "./claims";

const names: Record<string, string> = {
  json: "JSON",
  msgpack: "MessagePack",
  protobuf: "Protobuf",
};

for (const { codec } of allClaims.filter(({ codec }) => codec.name in names))
  test(`knows ${codec.name} by its looks`, () => {
    const word = names[codec.name]!;
    for (const data of [null, "x".repeat(100), Array(5000).fill(0.5)]) {
      const [frame] = codec.encode(taskOf(data));
      assert.equal(
        withHint("why", frame!, "Smoke"),
        `why; these bytes look like ${word}: do both sides use the same codec?`,
      );
      assert.equal(withHint("why", frame!, word), "why");
    }
  });

test("says nothing about what looks like nothing", () => {
  for (const bytes of ["", "hello", "\x00\x01", "\x80", "\x0a\xff", "{\xff"])
    assert.equal(withHint("why", Buffer.from(bytes, "latin1"), "Smoke"), "why");
});
