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
  "PUSH deals a slow worker as many tasks as a fast one; the broker gives it what it can do",
  { timeout: 240_000 },
  async () => {
    const dealt = await runPipeline({ ...job, ...anyPort });
    assert.deepEqual(dealt.collector?.byWorker, { 1: 50, 2: 50 });
    const asked = await runPool({ ...job, workMs: [5, 500], brokerAddr });
    assert.equal(asked.outcome, "complete");
    const slow = asked.client!.byWorker["2"]!;
    assert.ok(slow >= 1 && slow <= 25, `the slow worker did ${slow}`); // one or two where nothing else runs
  },
);

test("a high-water mark of 1 does not teach PUSH who is free", { timeout: 240_000 }, async () => {
  const { collector } = await runPipeline({ ...job, ...anyPort, highWaterMark: 1 });
  const slow = collector!.byWorker["2"]!;
  // A queue of one may be full for a moment, until the system takes its message: then PUSH passes over it once.
  assert.ok(slow >= 25, `the slow worker did ${slow}`);
});

test("prefetch spares the round trip over a slow link", { timeout: 240_000 }, async () => {
  const far = async (prefetch: number) => {
    const options = { ...NO_OP, brokerAddr, tasks: 48, prefetch, liveness: 100 };
    return tasksPerSecond(await runPoolOverSlowLink(100, options));
  };
  const [one, eight] = [await far(1), await far(8)];
  assert.ok(one < 2 * 5 * 1.1, `two workers, a round trip of 200 ms: ${one} tasks per second`);
  assert.ok(eight > one, `${eight} against ${one} tasks per second, far away`);
});

test(
  "a large prefetch leaves tasks beside the slow worker, until it gives them back",
  { timeout: 240_000 },
  async () => {
    const unequal = { ...job, workMs: [5, 200], brokerAddr, prefetch: 32 };
    const greedy = await runPool({ ...unequal, heartbeatMs: 60_000 });
    const honest = await runPool({ ...unequal, liveness: 100 });
    const kept = [greedy, honest].map(({ client }) => client!.byWorker["2"]!);
    assert.ok(kept[0]! >= 32 && kept[1]! < 32, `it did ${kept[0]}, then ${kept[1]}`);
    assert.ok(honest.events.some(({ type }) => type === "handed-back"));
    assert.ok(tasksPerSecond(honest) > tasksPerSecond(greedy));
  },
);
