import assert from "node:assert/strict";
import { test } from "node:test";
import { taskIdOf } from "../../../src/agents/majordomo/task-id";
import { jsonCodec } from "../../../src/messages/codecs/json";
import { encodeFrame, MAX_FRAME_BYTES } from "../../../src/messages/frame";
import { createEndMessage, createTaskMessage } from "../../../src/messages/task-message";

const json = { codec: jsonCodec };

test("a task has its own, however large it is", () => {
  const task = createTaskMessage("x".repeat(MAX_FRAME_BYTES));
  assert.equal(taskIdOf([encodeFrame(task, Infinity)], json), task.task_id);
});

test("what is no task has none", () => {
  for (const body of [[], [Buffer.from("{")], [encodeFrame(createEndMessage())]])
    assert.equal(taskIdOf(body, json), "unknown");
});
