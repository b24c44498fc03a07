import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { AgentEvent } from "../../src/agents/events";
import {
  runPoolProcesses,
  type RunPoolProcessesOptions,
} from "../../src/orchestration/run-pool-processes";
import { isAlive } from "./alive";

/** Nobody is taken for dead who only has to wait for a busy machine; a broken connection tells who is. */
const small = { brokerAddr: "tcp://127.0.0.1:*", liveness: 100, startTimeoutMs: 200_000 };

/** Runs a pool while `fate` plays with the pids; all of them must be gone at the end. */
async function runWithFate(
  options: RunPoolProcessesOptions,
  fate: (event: AgentEvent, pids: Map<string, number>) => void = () => {},
) {
  const pids = new Map<string, number>();
  const report = await runPoolProcesses({
    ...small,
    ...options,
    onEvent: (event) => {
      if (event.type === "process-started") pids.set(event.agent, event.pid);
      fate(event, pids);
    },
  });
  assert.equal(pids.size, (options.workers ?? 2) + 2);
  assert.deepEqual([...pids.values()].filter(isAlive), []);
  return report;
}

test(
  "a process an agent: all tasks come back, all processes end by themselves",
  { timeout: 240_000 },
  async () => {
    const report = await runWithFate({ workMs: [5, 5] });
    assert.equal(report.outcome, "complete");
    assert.equal(report.results.length, 10);
    const exits = report.events.filter((event) => event.type === "process-exited");
    assert.deepEqual(
      exits.map(({ code, signal }) => ({ code, signal })),
      Array(4).fill({ code: 0, signal: null }),
    );
  },
);

test(
  "100 tasks, one of two workers killed in its sixth: 100 come back",
  { timeout: 240_000 },
  async () => {
    let begun = 0;
    const report = await runWithFate({ tasks: 100, workMs: [10, 10] }, (event, pids) => {
      if (event.agent !== "Worker-1" || event.type !== "task-started") return;
      if (++begun === 6) process.kill(pids.get("Worker-1")!, "SIGKILL");
    });
    assert.equal(report.outcome, "complete");
    assert.equal(new Set(report.results.map(({ task_id }) => task_id)).size, 100);
    assert.deepEqual(report.deadLetters, []);
    assert.equal(report.broker?.redelivered, 1);
    assert.deepEqual(
      report.workers.map(({ workerId }) => workerId),
      ["2"],
    );
  },
);

test(
  "a worker killed before it has joined: the others do it all",
  { timeout: 240_000 },
  async () => {
    const report = await runWithFate({ workers: 3, workMs: [5, 5, 5] }, (event) => {
      if (event.type === "process-started" && event.agent === "Worker-1")
        process.kill(event.pid, "SIGKILL");
    });
    assert.equal(report.outcome, "complete");
    assert.equal(report.results.length, 10);
    const ids = report.workers.map(({ workerId }) => workerId);
    assert.deepEqual(ids, ["2", "3"]);
  },
);

test(
  "a worker that is stopped before it has joined: an error, and nobody is left",
  { timeout: 240_000, skip: process.platform === "win32" && "nobody can be frozen there" },
  async () => {
    const pids: number[] = [];
    const run = runPoolProcesses({
      ...small,
      startTimeoutMs: 3000,
      onEvent: (event) => {
        if (event.type !== "process-started") return;
        pids.push(event.pid);
        if (event.agent === "Worker-1") process.kill(event.pid, "SIGSTOP");
      },
    });
    await assert.rejects(run, /Only [01] of 2 workers have joined the broker within 3000 ms/);
    assert.deepEqual(pids.filter(isAlive), []);
  },
);

test(
  "a pool that is stopped says so, not that it has lost its client",
  { timeout: 240_000 },
  async () => {
    const stop = new AbortController();
    const report = await runPoolProcesses({
      ...small,
      signal: stop.signal,
      onEvent: ({ type }) => type === "listening" && stop.abort(),
    });
    assert.equal(report.outcome, "stopped");
    assert.equal(report.client, undefined);
  },
);

test("work and data of one's own come from files", { timeout: 240_000 }, async () => {
  const workFile = path.join(__dirname, "double.ts");
  const dataFile = path.join(__dirname, "spell.ts");
  const report = await runWithFate({ tasks: 2, workFile, dataFile });
  assert.deepEqual(report.results.map(({ result_data }) => result_data).toSorted(), [
    "oneone",
    "twotwo",
  ]);
});

test(
  "a work file that is not there stops everybody and says so",
  { timeout: 240_000 },
  async () => {
    await assert.rejects(runPoolProcesses({ ...small, workFile: "nowhere.ts" }), /nowhere\.ts/);
    await assert.rejects(runPoolProcesses({ ...small, dataFile: "nothing.ts" }), /nothing\.ts/);
  },
);
