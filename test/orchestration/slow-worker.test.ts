/** The hard case of the protocol: every worker gets its END, however full the queue of another is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runProcesses } from "../../src/orchestration/run-processes";
import { nobodyWaits } from "./nobody-waits";
import { anyPorts } from "./ports";

test("20,000 tasks for a worker of 0 ms and one of 5 ms a task", { timeout: 240_000 }, async () => {
  const tasks = 20_000;
  const report = await runProcesses({ ...anyPorts, tasks, taskDelayMs: 0, workMs: [0, 5] });
  nobodyWaits(report, tasks);
  assert.ok((report.collector?.byWorker["2"] ?? 0) > 0);
});
