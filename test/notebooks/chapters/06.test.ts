/** What chapter 6 claims: the work takes what it takes, and whoever is late or missing is noticed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { taskGeneratorAgent } from "../../../src/agents/task-generator";
import { durationsOf } from "../../../src/notebook/pictures/durations";
import { runWithLatecomer } from "../../../src/notebook/experiments/latecomer";
import { runPipeline } from "../../../src/orchestration/run-pipeline";
import { runProcesses } from "../../../src/orchestration/run-processes";
import { anyPorts } from "../../orchestration/ports";

test(
  "the demonstration takes what its work takes; four workers are faster, but not twice as fast",
  { timeout: 240_000 },
  async () => {
    const report = await runPipeline(anyPorts);
    const two = durationsOf(report.events);
    assert.equal(report.outcome, "complete");
    assert.deepEqual(report.collector?.byWorker, { 1: 5, 2: 5 });
    assert.ok(two.fromStart < two.allWork, JSON.stringify(two));

    const four = durationsOf((await runPipeline({ ...anyPorts, workers: 4 })).events);
    assert.ok(four.fromStart < two.fromStart, JSON.stringify({ two, four }));
    // Worker-2 has three tasks of 700 ms in place of five: less work, but more than half of it.
    assert.ok(four.busiestWorker > 0.5 * 5 * 0.7, JSON.stringify(four));
  },
);

test(
  "processes do the same work, and only their start costs more",
  { timeout: 240_000 },
  async () => {
    const options = {
      ...anyPorts,
      taskDelayMs: 10,
      workMs: [100, 100],
      startTimeoutMs: 200_000,
    };
    const [together, apart] = [await runPipeline(options), await runProcesses(options)];
    const pids = apart.events.flatMap((event) =>
      event.type === "process-started" ? [event.pid] : [],
    );
    assert.equal(new Set([...pids, process.pid]).size, 5);
    assert.equal(apart.outcome, together.outcome);
    assert.equal(apart.results.length, together.results.length);
    assert.deepEqual(apart.collector?.byWorker, together.collector?.byWorker);
    const [one, each] = [durationsOf(together.events), durationsOf(apart.events)];
    assert.ok(each.untilStart > one.untilStart, `${each.untilStart} against ${one.untilStart}`);
    assert.ok(each.fromStart < one.fromStart + 10, `${each.fromStart} against ${one.fromStart}`);
  },
);

test("a generator without its workers says how many came", { timeout: 240_000 }, async () => {
  const { taskVentilatorAddr, controlSyncAddr } = anyPorts;
  const options = { taskVentilatorAddr, controlSyncAddr, workers: 3, startTimeoutMs: 100 };
  await assert.rejects(
    taskGeneratorAgent(options),
    /^Error: Only 0 of 3 workers came within 100 ms/,
  );
});

test("a worker that comes after START works", { timeout: 240_000 }, async () => {
  const { outcome, processors } = await runWithLatecomer(2, {
    ...anyPorts,
    tasks: 40,
    workMs: [100, 100],
  });
  assert.equal(outcome, "complete");
  assert.deepEqual(
    processors.map((processor) => processor.outcome),
    ["complete", "complete"],
  );
  assert.ok(processors[1]!.tasksDone >= 3, `${processors[1]!.tasksDone} tasks`);
});

test("a pipeline stopped in the middle names what is missing", { timeout: 240_000 }, async () => {
  const stop = new AbortController();
  const { outcome, results, missingTasks } = await runPipeline({
    ...anyPorts,
    taskDelayMs: 0,
    workMs: [50, 50],
    signal: stop.signal,
    onEvent: ({ type, agent }) => {
      if (type === "result-received" && agent === "Collector") stop.abort();
    },
  });
  assert.equal(outcome, "stopped");
  assert.ok(results.length >= 1 && results.length < 10, `${results.length} results`);
  assert.equal(results.length + missingTasks.length, 10);
});
