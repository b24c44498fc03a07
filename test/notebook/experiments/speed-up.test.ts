import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { measureSpeedUp } from "../../../src/notebook/experiments/speed-up";

test("a row for 1, 2 and 4 workers, all documents done", { timeout: 300_000 }, async () => {
  const rows = await measureSpeedUp(4, 1);
  assert.deepEqual(
    rows.map(({ workers, cores }) => [workers, cores]),
    [1, 2, 4].map((workers) => [workers, availableParallelism()]),
  );
  assert.equal(rows[0]!.speedUp, 1);
  for (const { seconds, speedUp } of rows) assert.ok(seconds > 0 && speedUp > 0);
});
