import assert from "node:assert/strict";
import { test } from "node:test";
import { dealAtOnce } from "../../../src/notebook/experiments/unequal-workers";

test("PUSH deals half to each, however slow one of them is", { timeout: 240_000 }, async () => {
  const { byWorker, durationMs, events } = await dealAtOnce({ fast: 1, slow: 30 }, 10);
  assert.deepEqual(byWorker, { fast: 5, slow: 5 });
  assert.ok(durationMs >= 5 * 29, `${durationMs} ms`);
  assert.equal(events.filter(({ type }) => type === "task-started").length, 10);
});
