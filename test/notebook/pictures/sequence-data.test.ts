import assert from "node:assert/strict";
import { test } from "node:test";
import { messagesOf, participants } from "../../../src/notebook/pictures/sequence-data";
import { recordedRun } from "./recorded-events";

const lines = (run: Parameters<typeof recordedRun>[0]) =>
  messagesOf(recordedRun(run)).map(({ from, to, label }) => `${from} > ${to.join("+")}: ${label}`);

test("tells every message of a run in order of time", { timeout: 240_000 }, () => {
  assert.deepEqual(lines({ tasks: 2, failing: [2] }), [
    "Generator > Worker-1+Worker-2: START",
    "Generator > Worker-1: Task_1",
    "Generator > Worker-2: Task_2",
    "Worker-1 > Collector: Task_1 done",
    "Generator > Worker-1: END",
    "Worker-1 > Collector: WORKER_DONE",
    "Worker-2 > Collector: Task_2 failed",
    "Generator > Worker-2: END",
    "Worker-2 > Collector: WORKER_DONE",
  ]);
});

test("a killed worker's last task has no answer", { timeout: 240_000 }, () => {
  const told = lines({ killed: 1 });
  assert.ok(told.includes("Generator > Worker-1: Task_3"));
  assert.ok(!told.some((line) => line.endsWith("Task_3 done")));
});

test("names the neighbours of an agent that was recorded alone", { timeout: 240_000 }, () => {
  const alone = recordedRun().filter(({ agent }) => agent === "Worker-2");
  assert.deepEqual(participants(messagesOf(alone)), ["Generator", "Worker-2"]);
});

test(
  "a result stands before the worker's next task, also when it arrives after that has begun",
  { timeout: 240_000 },
  () => {
    const late = recordedRun().map((event) =>
      event.type === "result-received" ? { ...event, at: event.at + 5 } : event,
    );
    const labels = messagesOf(late).map(({ label }) => label);
    assert.ok(labels.indexOf("Task_1 done") < labels.indexOf("Task_3"));
  },
);
