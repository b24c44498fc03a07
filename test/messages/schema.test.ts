import assert from "node:assert/strict";
import { test } from "node:test";
import { createPartialResult } from "../../src/messages/partial-result";
import { createResultMessage } from "../../src/messages/result-message";
import { checkResult, checkTask } from "../../src/messages/schema";

test("a message is known by its task_id, fields that nobody knows are left out", () => {
  const task = { task_id: "t", data: Buffer.from("binary"), timestamp: 1 };
  assert.deepEqual(checkTask({ ...task, priority: 3 }), { ok: true, message: task });
  const end = { task_id: "END_OF_TASKS", data: null };
  assert.deepEqual(checkTask({ ...end, more: 1 }), { ok: true, message: end });
  const done = { task_id: "WORKER_DONE", worker_id: "1" };
  assert.deepEqual(checkResult(done), { ok: true, message: done });
  const part = createPartialResult("t", 0, null, "1");
  const withMore = { ...part, result_data: { ...part.result_data, more: 1 } };
  assert.deepEqual(checkResult(withMore), { ok: true, message: part });
});

test("a reason names each field that is wrong", () => {
  for (const [checked, reason] of [
    [checkTask({ task_id: "", timestamp: "now" }), /^task_id: .+; data: is missing; timestamp: /],
    [checkTask({ task_id: "WORKER_DONE", data: 1, timestamp: 1 }), /task_id: is a reserved word/],
    [checkTask({ ...createPartialResult("t", 0, 1, "1"), data: 1 }), /task_id: is a reserved word/],
    [checkResult(createResultMessage("END_OF_TASKS", 1, "1")), /task_id: is a reserved word/],
    [checkResult(createResultMessage("PARTIAL_RESULT", "r", "1")), /^result_data: .+object/],
    [
      checkResult(createPartialResult("WORKER_DONE", 0.5, undefined as never, "1")),
      /result_data: task_id: is a reserved word; result_data: part: .+; result_data: data: is missing/,
    ],
    [checkResult({ task_id: "t" }), /result_data: is missing; worker_id: .+; timestamp: /],
    [checkResult(undefined), /expected object/],
  ] as const) {
    assert.ok(!checked.ok && checked.code === "wrong-shape");
    assert.match(checked.reason, reason);
  }
});
