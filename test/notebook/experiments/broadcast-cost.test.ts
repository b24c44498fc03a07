import assert from "node:assert/strict";
import { test } from "node:test";
import { broadcastCost } from "../../../src/notebook/experiments/broadcast-cost";

test(
  "a row for each number of subscribers: each has a copy of its own",
  { timeout: 480_000 },
  async () => {
    const costs = await broadcastCost([1, 3]);
    assert.deepEqual(
      costs.map(({ subscribers }) => subscribers),
      [1, 3],
    );
    const [one, three] = costs;
    assert.equal(three!.bytesPerUpdate, 3 * one!.bytesPerUpdate);
    for (const { subscribers, publishedPerSecond, deliveredPerSecond } of costs) {
      assert.ok(publishedPerSecond > 0);
      const difference = deliveredPerSecond - subscribers * publishedPerSecond;
      assert.ok(Math.abs(difference) <= subscribers, `${difference}`);
    }
  },
);
