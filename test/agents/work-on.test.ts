import assert from "node:assert/strict";
import { test } from "node:test";
import type { Work } from "../../src/agents/work";
import { workOn, type Workbench } from "../../src/agents/work-on";
import { jsonCodec } from "../../src/messages/codecs/json";
import type { ResultMessage } from "../../src/messages/result-message";
import { createTaskMessage } from "../../src/messages/task-message";

const task = createTaskMessage("data");

function bench(work: Work, signal?: AbortSignal): Workbench {
  return { work, workerId: "7", codec: jsonCodec, maxFrameBytes: 5000, signal, clock: () => 2000 };
}

test("the work is told what it needs, and its result becomes a frame", async () => {
  const told: unknown[] = [];
  const { signal } = new AbortController();
  const sendPartial = () => {};
  const work: Work = (data, context) => {
    told.push(data, context);
    return [1];
  };
  const { result, failed, answer } = await workOn(bench(work, signal), task, sendPartial);
  assert.deepEqual([result, failed], [[1], false]);
  assert.deepEqual(told, ["data", { taskId: task.task_id, workerId: "7", signal, sendPartial }]);
  assert.deepEqual(JSON.parse(String(answer)), {
    task_id: task.task_id,
    result_data: [1],
    worker_id: "7",
    timestamp: 2,
  });
});

const failures: [what: string, work: Work, name: string][] = [
  ["throws", () => assert.fail("boom"), "AssertionError"],
  ["rejects", () => Promise.reject(new RangeError("boom")), "RangeError"],
  ["gives what JSON does not know", () => NaN, "TypeError"],
  ["gives too much", () => "x".repeat(6000), "RangeError"],
];

for (const [what, work, name] of failures)
  test(`work that ${what} is a failed result`, async () => {
    const { failed, result, answer } = await workOn(bench(work), task);
    assert.ok(failed);
    assert.equal((result as { error: { name: string } }).error.name, name);
    assert.deepEqual((JSON.parse(String(answer)) as ResultMessage).result_data, result);
  });

test("an abort is no failure, and does not wait for work that ignores it", async () => {
  const stop = new AbortController();
  const hanging = workOn(
    bench(() => new Promise(() => {}), stop.signal),
    task,
  );
  stop.abort(new Error("enough"));
  await assert.rejects(hanging, /^Error: enough$/);
});
