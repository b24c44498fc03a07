import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OP, tasksPerSecond } from "../../../src/notebook/experiments/no-op-rate";
import { runPool } from "../../../src/orchestration/run-pool";

test("counts the results from the first task sent to the last that came back", () => {
  const at = (seconds: number) => ({ agent: "Client", at: 1000 * seconds });
  const task = { taskId: "a", data: null };
  const result = { taskId: "a", workerId: "1", result: null, failed: false };
  const events = [
    { ...at(5), type: "connected" as const, to: "broker" as const },
    { ...at(10), type: "task-sent" as const, ...task },
    { ...at(10.5), type: "result-received" as const, ...result },
    { ...at(12), type: "result-received" as const, ...result },
    { ...at(20), type: "heartbeat-sent" as const },
  ];
  assert.equal(tasksPerSecond({ events }), 1);
  assert.throws(() => tasksPerSecond({ events: events.slice(0, 2) }), RangeError);
});

test("a pool told NO_OP neither pauses nor works", { timeout: 240_000 }, async () => {
  const report = await runPool({ ...NO_OP, tasks: 100, brokerAddr: "tcp://127.0.0.1:*" });
  assert.equal(report.outcome, "complete");
  assert.deepEqual([...new Set(report.results.map(({ result_data }) => result_data))], [null]);
  assert.ok(tasksPerSecond(report) > 5, "with the default work two workers do three or four");
});
