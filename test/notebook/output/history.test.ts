import assert from "node:assert/strict";
import { test } from "node:test";
import { historyOf, showHistory } from "../../../src/notebook/output/history";
import { pretendToBeKernel } from "./fake-kernel";

const at = 1_700_000_000_000;
const deadLetter = {
  task: { task_id: "a", data: "Task_1_payload", timestamp: at / 1000 },
  error: { name: "Error", message: "boom" },
  attempts: [
    { at: at + 250, worker: "1", reason: "Error: boom", started: true },
    {
      at: at + 1500,
      worker: "Worker-2-0123abcd",
      reason: "its connection is gone",
      started: false,
    },
  ],
};

test("a row a try: how long after, who, and what happened", { timeout: 240_000 }, () => {
  assert.deepEqual(historyOf(deadLetter), [
    { after: "0.25 s", worker: "Worker-1", "had begun": "yes", "what happened": "Error: boom" },
    {
      after: "1.50 s",
      worker: "Worker-2",
      "had begun": "no",
      "what happened": "its connection is gone",
    },
  ]);
});

test("is shown as a table", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showHistory(deadLetter);
  assert.match(
    written[0]!.data["text/markdown"]!,
    /\| 0\.25 s \| Worker-1 \| yes \| Error: boom \|/,
  );
});
