import assert from "node:assert/strict";
import { test } from "node:test";
import { version } from "uuid";
import { createEndMessage, createTaskMessage, isEndMessage } from "../../src/messages/task-message";

test("a task has an id of its own, its data, and the time in seconds", () => {
  const task = createTaskMessage({ n: 1 }, 1_700_000_000_250);
  assert.equal(version(task.task_id), 4);
  assert.deepEqual(task, { task_id: task.task_id, data: { n: 1 }, timestamp: 1_700_000_000.25 });
  assert.notEqual(createTaskMessage(null).task_id, createTaskMessage(null).task_id);
});

test("a task is made now unless told otherwise", () => {
  const before = Date.now() / 1000;
  const { timestamp } = createTaskMessage("x");
  assert.ok(timestamp >= before && timestamp <= Date.now() / 1000, `${timestamp}`);
});

test("END is what the Python agents send", () =>
  assert.equal(JSON.stringify(createEndMessage()), '{"task_id":"END_OF_TASKS","data":null}'));

test("tells END from a task", () => {
  assert.equal(isEndMessage(createEndMessage()), true);
  assert.equal(isEndMessage(createTaskMessage(null)), false);
});
