import assert from "node:assert/strict";
import { test } from "node:test";
import {
  demonstrationData,
  demonstrationWork,
  demonstrationWorkMs,
} from "../../src/agents/demonstration-job";

const context = { taskId: "t", workerId: "2" };

test("the data of a task tells its number", () =>
  assert.equal(demonstrationData(7), "Task_7_payload"));

test("the answer tells the data and the worker", async () => {
  const work = demonstrationWork(0);
  assert.equal(await work("Task_7_payload", context), "Result_for_(Task_7_payload)_by_Worker-2");
  assert.equal(await work({ a: [1] }, context), 'Result_for_({"a":[1]})_by_Worker-2');
});

test("it takes the time it was given", async () => {
  const startedAt = performance.now();
  await demonstrationWork(50)(null, context);
  assert.ok(performance.now() - startedAt >= 49);
});

test("a stop ends it", async () => {
  const work = demonstrationWork(60_000);
  await assert.rejects(async () => work(null, { ...context, signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
});

test("a worker's time goes with its number; any other name takes 500 ms", () => {
  assert.deepEqual(["1", "2", "10"].map(demonstrationWorkMs), [600, 700, 1500]);
  for (const name of ["anna", "-10", "1e9", "Infinity", " ", "99999"])
    assert.equal(demonstrationWorkMs(name), 500, name);
});
