/** What chapter 7 claims: where the plain pipeline breaks, and where it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { taskGeneratorAgent } from "../../../src/agents/task-generator";
import { killDuringTask } from "../../../src/notebook/experiments/kill-worker";
import { countEnds } from "../../../src/notebook/experiments/full-queue";
import { runWithLatecomer } from "../../../src/notebook/experiments/latecomer";
import { naiveGeneratorAgent } from "../../../src/notebook/experiments/naive-generator";
import {
  countHeard,
  startBlindly,
  startWhenSubscribed,
} from "../../../src/notebook/experiments/start-signals";
import { runWithStranger } from "../../../src/notebook/experiments/stranger";
import { runPipeline } from "../../../src/orchestration/run-pipeline";
import { runProcesses } from "../../../src/orchestration/run-processes";

const anyPort = {
  taskVentilatorAddr: "tcp://127.0.0.1:*",
  resultCollectorAddr: "tcp://127.0.0.1:*",
  controlSyncAddr: "tcp://127.0.0.1:*",
};

test(
  "a killed worker costs what queued for it; every missing task is named",
  { timeout: 240_000 },
  async () => {
    // The one that is killed is slow: however late the signal comes, there is still something queued.
    const options = { tasks: 100, taskDelayMs: 0, workMs: [200, 20], ...anyPort };
    const { outcome, results, missingTasks, collector } = await runProcesses({
      ...options,
      startTimeoutMs: 200_000,
      onEvent: killDuringTask(6),
    });

    assert.equal(outcome, "workers-lost");
    assert.ok(results.length >= 50 && results.length <= 90, `${results.length} came back`);
    const named = [
      ...missingTasks.map(({ data }) => data),
      ...results.map(({ result_data: text }) => /Task_\d+_payload/.exec(JSON.stringify(text))?.[0]),
    ];
    const all = Array.from({ length: 100 }, (_, index) => `Task_${index + 1}_payload`);
    assert.deepEqual(named.sort(), all.sort());
    assert.deepEqual(collector?.workersNotDone, ["1"]);
    const begun = missingTasks.flatMap(({ startedBy }) => startedBy ?? []);
    assert.deepEqual([...new Set(begun)], ["Worker-1"]);
  },
);

test(
  "a slow worker gets half of the tasks, and takes far longer than a fair share would",
  { timeout: 240_000 },
  async () => {
    const options = { tasks: 100, taskDelayMs: 0, workMs: [5, 50], ...anyPort };
    const { outcome, collector, generator } = await runPipeline(options);
    assert.equal(outcome, "complete");
    assert.deepEqual(collector?.byWorker, { 1: 50, 2: 50 });
    const fairMs = 100 / (1 / 5 + 1 / 50);
    assert.ok(generator!.durationMs > 4 * fairMs, `${generator!.durationMs} against ${fairMs}`);
  },
);

test(
  "one END a worker does not reach every worker when a queue is full; ours does",
  {
    timeout: 240_000,
  },
  async () => {
    const naive = await countEnds(naiveGeneratorAgent, 3, anyPort);
    assert.ok(naive.lost >= 1, `${naive.lost} workers without END`);
    assert.equal(naive.heard + naive.lost, 6);
    const careful = await countEnds(taskGeneratorAgent, 3, anyPort);
    assert.deepEqual(careful, { heard: 6, lost: 0 });
  },
);

test(
  "a START sent at once is lost; one sent on subscription is not",
  {
    timeout: 240_000,
  },
  async () => {
    const blind = await countHeard(startBlindly, 20);
    assert.ok(blind.lost > 0, `${blind.lost} of 20 lost`);
    assert.deepEqual(await countHeard(startWhenSubscribed, 20), { heard: 20, lost: 0 });
  },
);

test("a late worker gets a START of its own, and works", { timeout: 240_000 }, async () => {
  const options = { tasks: 40, taskDelayMs: 100, workMs: [10, 10], ...anyPort };
  const { outcome, collector, generator } = await runWithLatecomer(10, options);
  assert.equal(outcome, "complete");
  assert.equal(generator?.workersStarted, 1);
  const late = collector?.byWorker["2"] ?? 0;
  assert.ok(late > 0 && late <= 15, `the late worker did ${late} tasks`);
});

test("a stranger takes its share of the tasks", { timeout: 240_000 }, async () => {
  const options = { tasks: 30, taskDelayMs: 20, workMs: [5, 5], ...anyPort };
  const { report, taken } = await runWithStranger(options);
  // A third, unless it comes late, or before one of the workers.
  assert.ok(taken >= 1 && taken <= 20, `the stranger took ${taken}`);
  assert.equal(report.missingTasks.length, taken);
  assert.equal(report.collector?.framesRejected, 0);
});
