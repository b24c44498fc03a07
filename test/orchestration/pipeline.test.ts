/** The order of launch and the report, with agents that are no agents: no socket is opened here. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { ResultCollectorSummary, TaskProcessorSummary } from "../../src/agents/events";
import { createResultMessage } from "../../src/messages/result-message";
import { orchestrate, type Launch } from "../../src/orchestration/pipeline";

const collectorSummary: ResultCollectorSummary = {
  outcome: "complete",
  results: [],
  missing: 0,
  failed: 0,
  byWorker: {},
  workersDone: [],
  workersNotDone: [],
  duplicates: 0,
  parts: 0,
  framesRejected: 0,
  durationMs: 1,
};

const processorSummary = (workerId = "1"): TaskProcessorSummary => ({
  outcome: "complete",
  workerId,
  tasksDone: 0,
  tasksFailed: 0,
  framesRejected: 0,
  durationMs: 1,
});

/** Agents that report what real ones do and end at once; `launched` keeps who was launched with what. */
function puppets(replaced: Partial<Launch> = {}) {
  const launched: { name: string; options: Record<string, unknown> }[] = [];
  const note = (name: string, options: object) => {
    launched.push({ name, options: { ...options } });
  };
  const launch: Launch = {
    inTurn: true,
    collector: async (options) => {
      note("collector", options);
      await setImmediate();
      const addresses = ["tcp://127.0.0.1:1111"];
      options.onEvent({ agent: "Collector", at: 1, type: "listening", addresses });
      return collectorSummary;
    },
    generator: async (options) => {
      note("generator", options);
      await setImmediate();
      const addresses = ["tcp://127.0.0.1:2222", "tcp://127.0.0.1:3333"];
      options.onEvent({ agent: "Generator", at: 2, type: "listening", addresses });
      return { outcome: "complete", tasksSent: 0, workersStarted: 1, durationMs: 1 };
    },
    processor: async (options) => {
      note(`worker ${options.workerId}`, options);
      await setImmediate();
      const agent = `Worker-${options.workerId}`;
      note(`worker ${options.workerId} connected`, {});
      options.onEvent({ agent, at: 3, type: "connected", to: "generator" });
      return processorSummary(options.workerId);
    },
    ...replaced,
  };
  return { launch, launched, names: () => launched.map(({ name }) => name) };
}

test(
  "launches the collector, the generator, then worker by worker",
  { timeout: 240_000 },
  async () => {
    const { launch, names } = puppets();
    await orchestrate(launch, {});
    assert.deepEqual(names(), [
      ...["collector", "generator"],
      ...["worker 1", "worker 1 connected", "worker 2", "worker 2 connected"],
    ]);
  },
);

test(
  "launches the workers all at once when order does not matter",
  { timeout: 240_000 },
  async () => {
    const { launch, names } = puppets({ inTurn: false });
    await orchestrate(launch, {});
    assert.deepEqual(names().slice(2, 4), ["worker 1", "worker 2"]);
  },
);

test("tells the workers what addresses the others really have", { timeout: 240_000 }, async () => {
  const { launch, launched } = puppets();
  await orchestrate(launch, { resultCollectorAddr: "tcp://127.0.0.1:*", workers: 1 });
  const worker = launched.find(({ name }) => name === "worker 1")?.options;
  assert.equal(worker?.["resultCollectorAddr"], "tcp://127.0.0.1:1111");
  assert.equal(worker?.["taskVentilatorAddr"], "tcp://127.0.0.1:2222");
  assert.equal(worker?.["controlSyncAddr"], "tcp://127.0.0.1:3333");
  assert.equal(launched[0]?.options["resultCollectorAddr"], "tcp://127.0.0.1:*");
});

test("hands every agent its share of the options", { timeout: 240_000 }, async () => {
  const { launch, launched } = puppets();
  await orchestrate(launch, {
    tasks: 7,
    workers: 3,
    taskDelayMs: 5,
    workMs: [1, 2],
    highWaterMark: 9,
  });
  const byName = Object.fromEntries(launched.map(({ name, options }) => [name, options]));
  const { collector, generator } = byName;
  assert.equal(collector?.["tasks"], 7);
  assert.equal(collector?.["workers"], 3);
  assert.deepEqual(collector?.["workerIds"], ["1", "2", "3"]);
  assert.equal(generator?.["tasks"], 7);
  assert.equal(generator?.["workers"], 3);
  assert.equal(generator?.["taskDelayMs"], 5);
  const workTimes = ["1", "2", "3"].map((worker) => byName[`worker ${worker}`]?.["workMs"]);
  assert.deepEqual(workTimes, [1, 2, undefined]);
  for (const name of ["collector", "generator", "worker 1", "worker 2", "worker 3"]) {
    assert.equal(byName[name]?.["highWaterMark"], 9, name);
    assert.equal(byName[name]?.["startTimeoutMs"], 60_000, name);
    assert.equal(byName[name]?.["peerTimeoutMs"], 1000, name);
  }
});

test(
  "refuses to run without workers, before anybody is launched",
  { timeout: 240_000 },
  async () => {
    for (const workers of [0, -1, 1.5, NaN]) {
      const { launch, launched } = puppets();
      await assert.rejects(orchestrate(launch, { workers }), {
        name: "RangeError",
        message: `Cannot use workers as it must be a whole number from 1 up: current value is ${workers}`,
      });
      assert.deepEqual(launched, []);
    }
  },
);

test("who is launched after a failure is told to stop", { timeout: 240_000 }, async () => {
  const aborted: boolean[] = [];
  const note = ({ signal }: { signal: AbortSignal }) => {
    aborted.push(signal.aborted);
    return Promise.resolve(undefined);
  };
  const collector = () => Promise.reject(new Error("the port is taken"));
  const { launch } = puppets({ collector, generator: note, processor: note });
  await assert.rejects(orchestrate(launch, { workers: 2 }), { message: "the port is taken" });
  assert.deepEqual(aborted, [true, true, true]);
});

test(
  "a failing worker stops the others, and its error is thrown",
  { timeout: 240_000 },
  async () => {
    let collectorStopped = false;
    const { launch } = puppets({
      collector: async ({ signal, onEvent }) => {
        onEvent({ agent: "Collector", at: 1, type: "listening", addresses: [] });
        await once(signal, "abort");
        collectorStopped = true;
        return collectorSummary;
      },
      processor: () => Promise.reject(new Error("waited in vain")),
    });
    await assert.rejects(orchestrate(launch, {}), { message: "waited in vain" });
    assert.ok(collectorStopped);
  },
);

test("reports summaries, results and events in order of time", { timeout: 240_000 }, async () => {
  const results = [createResultMessage("id", "done", "1")];
  const { launch } = puppets({
    collector: async ({ onEvent }) => {
      onEvent({ agent: "Collector", at: 1, type: "listening", addresses: ["tcp://127.0.0.1:1"] });
      return Promise.resolve({ ...collectorSummary, outcome: "workers-lost", results });
    },
  });
  const seen: string[] = [];
  const report = await orchestrate(launch, { onEvent: (event) => seen.push(event.type) });
  assert.equal(report.outcome, "workers-lost");
  assert.deepEqual(report.results, results);
  assert.equal(report.generator?.outcome, "complete");
  assert.deepEqual(report.processors, [processorSummary("1"), processorSummary("2")]);
  assert.deepEqual(report.missingTasks, []);
  assert.deepEqual(
    report.events.map(({ at }) => at),
    [1, 2, 3, 3],
  );
  assert.deepEqual(seen, ["listening", "listening", "connected", "connected"]);
});

test("agents without a last word are left out of the report", { timeout: 240_000 }, async () => {
  const { launch } = puppets({
    collector: () => Promise.resolve(undefined),
    generator: async ({ onEvent }) => {
      onEvent({ agent: "Generator", at: 1, type: "task-sent", taskId: "id", data: "x" });
      return Promise.resolve(undefined);
    },
    processor: ({ workerId }) =>
      Promise.resolve(workerId === "1" ? undefined : processorSummary(workerId)),
  });
  const report = await orchestrate(launch, {});
  assert.equal(report.outcome, "collector-lost");
  assert.equal(report.collector, undefined);
  assert.equal(report.generator, undefined);
  assert.deepEqual(report.processors, [processorSummary("2")]);
  assert.deepEqual(report.missingTasks, [{ taskId: "id", data: "x", startedBy: undefined }]);
});
