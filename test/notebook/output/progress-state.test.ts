import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../../src/notebook/output/progress-state";
import { recordedRun } from "../pictures/recorded-events";

test("tells what each agent is doing in the middle of a run", { timeout: 240_000 }, () => {
  const events = recordedRun();
  const progress = new Progress(10);
  const middle = events.findIndex(
    (event) => event.type === "task-started" && event.data === "Task_4_payload",
  );
  events.slice(0, middle + 1).forEach((event) => progress.take(event));
  assert.deepEqual(progress.rows(), [
    { agent: "Generator", progress: "`██████████████████░░` 9 of 10", now: "sending tasks" },
    { agent: "Worker-1", progress: "`██░░░░░░░░░░░░░░░░░░` 1 of 10", now: "working on Task_3" },
    { agent: "Worker-2", progress: "`██░░░░░░░░░░░░░░░░░░` 1 of 10", now: "working on Task_4" },
    { agent: "Collector", progress: "`████░░░░░░░░░░░░░░░░` 2 of 10", now: "waiting for results" },
  ]);
});

test("two runs of the same work end alike, however long they took", { timeout: 240_000 }, () => {
  const end = (taskDelayMs: number) => {
    const progress = new Progress(10);
    recordedRun({ taskDelayMs, failing: [2] }).forEach((event) => progress.take(event));
    return progress.rows();
  };
  assert.deepEqual(end(100), end(7));
  assert.match(end(7)[2]?.progress ?? "", /5 of 10, 1 failed$/);
});

test("a killed process is said to be killed", { timeout: 240_000 }, () => {
  const progress = new Progress(10);
  recordedRun({ killed: 1 }).forEach((event) => progress.take(event));
  assert.equal(progress.rows()[1]?.now, "killed by SIGKILL");
});
