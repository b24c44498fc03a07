import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createRedaction } from "../../../src/engines/llm/redaction";

const KEY = "sk-Secret/Key+0123456789==";
const redact = createRedaction(KEY);

test("a key is taken out, and nothing else", () => {
  assert.equal(redact(`no: ${KEY}, no`), "no: [key], no");
  assert.equal(
    redact("Too many requests, come back in 20 s."),
    "Too many requests, come back in 20 s.",
  );
  assert.equal(createRedaction(undefined)("all of it"), "all of it");
});

test("a key is taken out in other forms as well", () => {
  for (const form of [
    encodeURIComponent(KEY),
    encodeURIComponent(KEY).toLowerCase(),
    KEY.toUpperCase(),
    Buffer.from(KEY).toString("hex"),
    [...Buffer.from(KEY)].map((byte) => `%${byte.toString(16)}`).join(""),
  ])
    assert.equal(redact(`<${form}>`), "<[key]>");
});

test("a key within base64 leaves no six letters of itself, wherever it stands", () => {
  for (const before of ["", "x", "xy", "Bearer ", "user:"])
    for (const form of ["base64", "base64url"] as const) {
      const header = Buffer.from(before + KEY + " and more").toString(form);
      const clean = redact(header);
      assert.match(clean, /\[key\]/);
      assert.ok(clean.length < header.length - 20, clean);
    }
});

test("half of a key is taken out too: a server may have cut it", () => {
  assert.equal(redact(`${KEY.slice(0, 9)}…`), "[key]…");
  assert.equal(redact(`…${KEY.slice(-8)}`), "…[key]");
});

test("no text gives six letters of a key away", () => {
  const keys = fc.string({ minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(keys, fc.string(), fc.string(), (key, before, after) => {
      const clean = createRedaction(key)(before + key + after).replaceAll("[key]", "\n");
      for (let at = 0; at + 6 <= key.length; at++)
        assert.ok(!clean.includes(key.slice(at, at + 6)) || !(before + key + after).includes(key));
    }),
    { numRuns: 200 },
  );
});
