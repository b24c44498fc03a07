import assert from "node:assert/strict";
import { test } from "node:test";
import type { Work } from "../../src/agents/work";
import { workOn, type Workbench } from "../../src/agents/work-on";
import { createTaskMessage } from "../../src/messages/task-message";

const task = createTaskMessage("data");

function bench(work: Work, maxFrameBytes = 5000): Workbench {
  return { work, workerId: "7", maxFrameBytes, clock: () => 2000 };
}

test("the work is told what it needs, and its result becomes a frame", async () => {
  const told: unknown[] = [];
  const { signal } = new AbortController();
  const sendPartial = () => {};
  const work: Work = (data, context) => {
    told.push(data, context);
    return [1];
  };
  const { result, failed, answer } = await workOn(bench(work), task, { signal, sendPartial });
  assert.deepEqual([result, failed], [[1], false]);
  assert.deepEqual(told, ["data", { taskId: task.task_id, workerId: "7", signal, sendPartial }]);
  assert.deepEqual(JSON.parse(String(answer)), {
    task_id: task.task_id,
    result_data: [1],
    worker_id: "7",
    timestamp: 2,
  });
});

test("in the pipeline there is no word of parts", async () => {
  await workOn(
    bench((_, context) => assert.ok(!("sendPartial" in context)) ?? null),
    task,
    {},
  );
});

const failures: [what: string, work: Work, name: string][] = [
  ["throws", () => assert.fail("boom"), "AssertionError"],
  ["rejects", () => Promise.reject(new RangeError("boom")), "RangeError"],
  ["gives what JSON does not know", () => NaN, "TypeError"],
  ["gives too much", () => "x".repeat(6000), "RangeError"],
];

for (const [what, work, name] of failures)
  test(`work that ${what} is a failed result`, async () => {
    const { failed, result, answer } = await workOn(bench(work), task, {});
    assert.ok(failed);
    assert.equal((result as { error: { name: string } }).error.name, name);
    assert.equal(
      (JSON.parse(String(answer)) as { result_data: object }).result_data !== null,
      true,
    );
  });

test("an abort is no failure, and does not wait for work that ignores it", async () => {
  const stop = new AbortController();
  const hanging = workOn(
    bench(() => new Promise(() => {})),
    task,
    { signal: stop.signal },
  );
  stop.abort(new Error("enough"));
  await assert.rejects(hanging, /^Error: enough$/);
});
