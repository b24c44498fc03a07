/** What chapter 10 claims: who gets the next task, what that saves, and what it costs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OP, tasksPerSecond } from "../../../src/notebook/experiments/no-op-rate";
import { runPoolOverSlowLink } from "../../../src/notebook/experiments/slow-link";
import { runPipeline } from "../../../src/orchestration/run-pipeline";
import { runPool } from "../../../src/orchestration/run-pool";

const anyPort = {
  taskVentilatorAddr: "tcp://127.0.0.1:*",
  resultCollectorAddr: "tcp://127.0.0.1:*",
  controlSyncAddr: "tcp://127.0.0.1:*",
};
const brokerAddr = "tcp://127.0.0.1:*";
const job = { tasks: 100, taskDelayMs: 0, workMs: [5, 50] };

test(
  "with a worker of 5 and one of 50 ms the broker is at least four times as fast as PUSH",
  { timeout: 60_000 },
  async () => {
    const dealt = await runPipeline({ ...job, ...anyPort });
    assert.deepEqual(dealt.collector?.byWorker, { 1: 50, 2: 50 });

    // Whatever else this machine does can only make a run slower: the quickest of five tells most about the broker.
    const rates: number[] = [];
    for (let round = 1; round <= 5; round++) {
      const asked = await runPool({ ...job, brokerAddr });
      assert.equal(asked.outcome, "complete");
      assert.ok(asked.client!.byWorker["1"]! >= 70, JSON.stringify(asked.client!.byWorker));
      rates.push(tasksPerSecond(asked));
    }
    const times = Math.max(...rates) / tasksPerSecond(dealt);
    assert.ok(times >= 4, `${times.toFixed(2)} times as fast`);
  },
);

test("a high-water mark of 1 does not teach PUSH who is free", { timeout: 20_000 }, async () => {
  const { collector } = await runPipeline({ ...job, ...anyPort, highWaterMark: 1 });
  assert.deepEqual(collector?.byWorker, { 1: 50, 2: 50 });
});

test("tasks that are no work cost more through a broker", { timeout: 30_000 }, async () => {
  const tasks = 1000;
  const [plain, pool]: number[][] = [[], []];
  for (let round = 1; round <= 3; round++) {
    plain!.push(tasksPerSecond(await runPipeline({ ...NO_OP, ...anyPort, tasks })));
    pool!.push(tasksPerSecond(await runPool({ ...NO_OP, brokerAddr, tasks })));
  }
  const times = Math.max(...plain!) / Math.max(...pool!);
  assert.ok(times > 1.2, `the pipeline is ${times.toFixed(1)} times as fast`);
});

test(
  "prefetch brings little on one machine, and what it promises over a slow link",
  { timeout: 60_000 },
  async () => {
    const near = async (prefetch: number) =>
      tasksPerSecond(await runPool({ ...NO_OP, brokerAddr, tasks: 500, prefetch }));
    const far = async (prefetch: number) => {
      const options = { ...NO_OP, brokerAddr, tasks: 80, prefetch };
      return tasksPerSecond(await runPoolOverSlowLink(20, options));
    };
    const [one, eight] = [await far(1), await far(8)];
    assert.ok(one < 2 * 25 * 1.1, `two workers, a round trip of 40 ms: ${one} tasks per second`);
    assert.ok(eight > 3 * one, `${eight} against ${one} tasks per second, far away`);
    const ones = [await near(1), await near(1), await near(1)];
    const eights = [await near(8), await near(8), await near(8)];
    const gain = Math.max(...eights) / Math.max(...ones);
    assert.ok(gain < 4, `${gain.toFixed(1)} times as many on one machine`);
  },
);

test(
  "a large prefetch leaves tasks beside the slow worker, until it gives them back",
  { timeout: 30_000 },
  async () => {
    const greedy = await runPool({ ...job, brokerAddr, prefetch: 32, heartbeatMs: 2500 });
    const honest = await runPool({ ...job, brokerAddr, prefetch: 32 });
    const kept = [greedy, honest].map(({ client }) => client!.byWorker["2"]!);
    assert.ok(kept[0]! >= 32 && kept[1]! < 32, `it did ${kept[0]}, then ${kept[1]}`);
    assert.ok(honest.events.some(({ type }) => type === "handed-back"));
    assert.ok(tasksPerSecond(honest) > tasksPerSecond(greedy));
  },
);
