import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { AgentEvent } from "../../src/agents/events";
import {
  runPoolProcesses,
  type RunPoolProcessesOptions,
} from "../../src/orchestration/run-pool-processes";
import { isAlive } from "./alive";

const small = { brokerAddr: "tcp://127.0.0.1:*", startTimeoutMs: 30_000 };

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
  { timeout: 120_000 },
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
  { timeout: 120_000 },
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

test("work of one's own comes from a file", { timeout: 120_000 }, async () => {
  const workFile = path.join(__dirname, "double.ts");
  const report = await runWithFate({ tasks: 2, workFile });
  assert.deepEqual(report.results.map(({ result_data }) => result_data).toSorted(), [
    "Task_1_payloadTask_1_payload",
    "Task_2_payloadTask_2_payload",
  ]);
});

test(
  "a work file that is not there stops everybody and says so",
  { timeout: 120_000 },
  async () => {
    await assert.rejects(runPoolProcesses({ ...small, workFile: "nowhere.ts" }), /nowhere\.ts/);
  },
);
