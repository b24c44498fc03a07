import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Context, Pull } from "zeromq";
import type { AgentEvent } from "../../src/agents/events";
import type { PipelineReport } from "../../src/orchestration/pipeline";
import { runProcesses, type RunProcessesOptions } from "../../src/orchestration/run-processes";
import { bindSocket } from "../../src/transport/sockets";
import { isAlive } from "./alive";
import { anyPorts } from "./ports";

/** Little patience with the dead. Work takes long enough to be killed in, on a busy machine as well. */
const small = { ...anyPorts, taskDelayMs: 5, peerTimeoutMs: 1000, startTimeoutMs: 150_000 };

/** Runs the pipeline while `onEvent` plays fate with the processes; all of them must be gone at the end. */
async function runWithFate(
  options: RunProcessesOptions,
  onEvent: (event: AgentEvent, pids: Map<string, number>) => void = () => {},
): Promise<PipelineReport> {
  const pids = new Map<string, number>();
  const report = await runProcesses({
    ...small,
    ...options,
    onEvent: (event) => {
      if (event.type === "process-started") pids.set(event.agent, event.pid);
      onEvent(event, pids);
    },
  });
  assert.equal(pids.size, (options.workers ?? 2) + 2);
  assert.deepEqual([...pids.values()].filter(isAlive), []);
  return report;
}

const workedOn = (event: AgentEvent, n: number) =>
  event.type === "task-started" && event.data === `Task_${n}_payload`;

const dataOf = (report: PipelineReport) => report.missingTasks.map(({ data }) => data);

test("the demonstration in small, a process an agent", { timeout: 480_000 }, async () => {
  const report = await runWithFate({ workMs: [20, 30], highWaterMark: 10 });
  assert.equal(report.outcome, "complete");
  assert.equal(report.results.length, 10);
  assert.deepEqual(report.missingTasks, []);
  assert.equal(report.generator?.tasksSent, 10);
  assert.deepEqual(
    report.processors.map(({ workerId, outcome, tasksDone }) => ({ workerId, outcome, tasksDone })),
    ["1", "2"].map((workerId) => ({ workerId, outcome: "complete", tasksDone: 5 })),
  );
  assert.deepEqual(report.collector?.byWorker, { "1": 5, "2": 5 });
  const pids = report.events.filter((event) => event.type === "process-started");
  assert.equal(new Set(pids.map(({ pid }) => pid)).size, 4);
  const exits = report.events.filter((event) => event.type === "process-exited");
  assert.deepEqual(
    exits.map(({ code, signal }) => ({ code, signal })),
    Array(4).fill({ code: 0, signal: null }),
  );
  const times = report.events.map((event) => event.at);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
});

test(
  "a worker killed at work: its tasks are named, the others end",
  { timeout: 480_000 },
  async () => {
    // Not before its first result is through: what is "sent" may still be in the worker's queue, and die there.
    let worker: string | undefined;
    let results = 0;
    const report = await runWithFate({ tasks: 6, workMs: [2000, 2000] }, (event, pids) => {
      if (event.type === "result-received") results++;
      if (workedOn(event, 3)) worker = event.agent;
      if (worker === undefined || results < 2) return;
      process.kill(pids.get(worker)!, "SIGKILL");
      [worker, results] = [undefined, -Infinity];
    });
    const dead = report.missingTasks.find(({ data }) => data === "Task_3_payload")?.startedBy;
    assert.ok(dead, "the task in work was not named with who began it");
    const [deadId, aliveId] = dead === "Worker-1" ? ["1", "2"] : ["2", "1"];
    assert.equal(report.outcome, "workers-lost");
    assert.deepEqual(report.collector?.workersNotDone, [deadId]);
    assert.deepEqual(report.collector.workersDone, [aliveId]);
    assert.equal(report.collector.missing, report.missingTasks.length);
    assert.equal(report.results.length + report.missingTasks.length, 6);
    assert.deepEqual(
      report.processors.map(({ workerId, outcome }) => ({ workerId, outcome })),
      [{ workerId: aliveId, outcome: "complete" }],
    );
    assert.equal(report.generator?.outcome, "complete");
    const begun = report.missingTasks.filter(({ startedBy }) => startedBy !== undefined);
    assert.deepEqual(
      begun.map(({ data }) => data),
      ["Task_3_payload"],
    );
    const exit = report.events.find(
      (event) => event.type === "process-exited" && event.signal === "SIGKILL",
    );
    assert.equal(exit?.agent, dead);
  },
);

test("both workers killed: everybody else ends and says so", { timeout: 480_000 }, async () => {
  const report = await runWithFate({ workMs: [10_000, 10_000] }, (event, pids) => {
    if (workedOn(event, 2))
      for (const worker of ["Worker-1", "Worker-2"]) process.kill(pids.get(worker)!, "SIGKILL");
  });
  assert.equal(report.outcome, "workers-lost");
  assert.deepEqual(report.results, []);
  assert.deepEqual(report.collector?.workersNotDone, ["1", "2"]);
  assert.equal(report.collector.missing, 10);
  assert.deepEqual(report.processors, []);
  assert.ok(report.missingTasks.length > 0);
});

test("the generator killed: what it had sent comes back", { timeout: 480_000 }, async () => {
  const report = await runWithFate({ tasks: 1000, workMs: [10, 10] }, (event, pids) => {
    if (workedOn(event, 4)) process.kill(pids.get("Generator")!, "SIGKILL");
  });
  assert.equal(report.outcome, "workers-lost");
  assert.equal(report.generator, undefined);
  assert.deepEqual(
    report.processors.map(({ outcome }) => outcome),
    ["generator-lost", "generator-lost"],
  );
  assert.deepEqual(report.collector?.workersDone.toSorted(), ["1", "2"]);
  assert.deepEqual(report.collector.workersNotDone, []);
  assert.equal(report.collector.missing, 1000 - report.results.length);
  assert.ok(report.results.length > 0);
});

test(
  "the collector killed: everybody else ends, work is missing",
  { timeout: 480_000 },
  async () => {
    const report = await runWithFate({ tasks: 6, workMs: [2000, 2000] }, (event, pids) => {
      if (workedOn(event, 3)) process.kill(pids.get("Collector")!, "SIGKILL");
    });
    assert.equal(report.outcome, "collector-lost");
    assert.equal(report.collector, undefined);
    assert.deepEqual(report.results, []);
    assert.deepEqual(
      report.processors.map(({ outcome }) => outcome),
      ["collector-lost", "collector-lost"],
    );
    assert.ok(dataOf(report).includes("Task_3_payload"));
  },
);

test("a worker that is stopped and resumed completes", { timeout: 480_000 }, async () => {
  let halted: number | undefined;
  const report = await runWithFate({ tasks: 6, workMs: [200, 200] }, (event, pids) => {
    if (workedOn(event, 3)) {
      halted = pids.get(event.agent)!;
      process.kill(halted, "SIGSTOP");
    }
    // The other worker has had its END and is gone: now only the halted one is waited for.
    if (event.type === "worker-done" && halted !== undefined) process.kill(halted, "SIGCONT");
  });
  assert.ok(halted !== undefined);
  assert.equal(report.outcome, "complete");
  assert.equal(report.results.length, 6);
});

for (const [moment, isMoment] of Object.entries({
  "the first process runs": ({ type }: AgentEvent) => type === "process-started",
  "the collector listens": ({ type }: AgentEvent) => type === "listening",
  "work is in hand": (event: AgentEvent) => workedOn(event, 2),
}))
  test(`stopped when ${moment}`, { timeout: 480_000 }, async () => {
    const stop = new AbortController();
    const pids: number[] = [];
    const report = await runProcesses({
      ...small,
      workMs: [60_000, 60_000],
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "process-started") pids.push(event.pid);
        if (isMoment(event)) stop.abort();
      },
    });
    assert.equal(report.outcome, "stopped");
    assert.deepEqual(pids.filter(isAlive), []);
    const forced = report.events.filter(
      (event) => event.type === "process-exited" && event.signal === "SIGKILL",
    );
    assert.deepEqual(forced, [], "a process had to be killed");
  });

test("a process that fails: its own words, and the others end", { timeout: 480_000 }, async () => {
  const other = new Pull({ context: new Context() });
  const taken = await bindSocket(other, "taskVentilatorAddr", "tcp://127.0.0.1:*");
  const pids: number[] = [];
  const run = runProcesses({
    ...small,
    taskVentilatorAddr: taken,
    onEvent: (event) => void (event.type === "process-started" && pids.push(event.pid)),
  });
  try {
    await assert.rejects(run, ({ message }: Error) => {
      assert.match(message, /^task-generator: Cannot bind taskVentilatorAddr .*the port is taken/);
      assert.ok(message.includes(taken), message);
      return true;
    });
    assert.deepEqual(pids.filter(isAlive), []);
  } finally {
    other.close();
  }
});

test("a wrong option is the process's own complaint", { timeout: 480_000 }, async () => {
  await assert.rejects(runProcesses({ ...small, tasks: -1 }), /--tasks.*whole number/s);
  await assert.rejects(runProcesses({ ...small, workers: 0 }), {
    name: "RangeError",
    message: /Cannot use workers/,
  });
});

test("a parent that is killed leaves no child behind", { timeout: 480_000 }, async (t) => {
  const { parent, pids } = await parentAtWork(t);
  parent.kill("SIGKILL");
  assert.equal(pids.length, 4);
  // Nobody tells of the end of a grandchild, so it has to be asked for until the test's time is over.
  while (pids.some(isAlive)) await delay(50);
});

/** A process of its own that runs the pipeline, from the moment on when there is work in hand. */
async function parentAtWork(t: TestContext) {
  const parent = spawn(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", path.join(__dirname, "parent.ts")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(() => parent.kill("SIGKILL"));
  const pids: number[] = [];
  t.after(() => pids.filter(isAlive).forEach((pid) => process.kill(pid, "SIGKILL")));
  for await (const line of createInterface(parent.stdout)) {
    const event = JSON.parse(line) as AgentEvent;
    if (event.type === "process-started") pids.push(event.pid);
    if (workedOn(event, 2)) break;
  }
  return { parent, pids };
}

test(
  "data and work of one's own come from files, and parts ahead of the results",
  {
    timeout: 480_000,
  },
  async () => {
    const file = path.join(__dirname, "spell.ts");
    const own = { tasks: 3, workFile: file, dataFile: file };
    const report = await runWithFate({ ...own, streamParts: true });
    assert.deepEqual(report.results.map(({ result_data: word }) => word).sort(), [
      "one",
      "three",
      "two",
    ]);
    const letters = report.events.flatMap((event) =>
      event.type === "partial-received" ? [event.part] : [],
    );
    assert.deepEqual(letters.sort(), [..."onetwothree"].sort());
    const { collector } = await runWithFate({ ...own, streamParts: false });
    assert.deepEqual([collector?.results.length, collector?.parts], [3, 0]);
  },
);
