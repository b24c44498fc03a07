import assert from "node:assert/strict";
import { test } from "node:test";
import { shareQuietly } from "../../../src/notebook/experiments/idle-line";

test("the least recently used in turn: everybody gets as many", { timeout: 10_000 }, async () => {
  const shares = await shareQuietly("least recently used", 4, 12);
  assert.deepEqual(shares, { "Worker-1": 3, "Worker-2": 3, "Worker-3": 3, "Worker-4": 3 });
});

test("the most recently used first: one gets all", { timeout: 10_000 }, async () => {
  const shares = await shareQuietly("most recently used", 4, 12);
  assert.deepEqual(shares, { "Worker-1": 0, "Worker-2": 0, "Worker-3": 0, "Worker-4": 12 });
});
