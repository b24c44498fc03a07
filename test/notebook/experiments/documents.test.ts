import assert from "node:assert/strict";
import { test } from "node:test";
import { documents } from "../../../src/notebook/experiments/documents";

const options = { timeout: 480_000 };

test("documents are long, no two alike, and the same each time", options, () => {
  const all = documents(200);
  assert.deepEqual(all, documents(200));
  assert.equal(new Set(all).size, 200);
  assert.ok(all.every((text) => text.length > 20_000));
  assert.deepEqual(documents(0), []);
  assert.throws(() => documents(1_000_000), /^RangeError: Cannot cut 1000000 documents out of \d+/);
});
