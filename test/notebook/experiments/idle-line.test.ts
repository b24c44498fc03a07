import assert from "node:assert/strict";
import { test } from "node:test";
import { shareQuietly, sharesByChoice } from "../../../src/notebook/experiments/idle-line";

test("the least recently used in turn: everybody gets as many", { timeout: 240_000 }, async () => {
  const shares = await shareQuietly("least recently used", { workers: 4, tasks: 12 });
  assert.deepEqual(shares, { "Worker-1": 3, "Worker-2": 3, "Worker-3": 3, "Worker-4": 3 });
});

test("the most recently used first: one gets all", { timeout: 240_000 }, async () => {
  const shares = await shareQuietly("most recently used", { workers: 4, tasks: 12 });
  assert.deepEqual(shares, { "Worker-1": 0, "Worker-2": 0, "Worker-3": 0, "Worker-4": 12 });
});

test("a bar for each choice and worker", { timeout: 240_000 }, async () => {
  assert.deepEqual(await sharesByChoice({ workers: 2, tasks: 4 }), {
    "least recently used: Worker-1": 2,
    "least recently used: Worker-2": 2,
    "most recently used: Worker-1": 0,
    "most recently used: Worker-2": 4,
  });
});
