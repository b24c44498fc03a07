import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { inOrderOfFlow, roleOf, taskNames } from "../../../src/notebook/pictures/recording";

test("agents stand in the order of flow, numbers as numbers", { timeout: 5000 }, () => {
  assert.deepEqual(inOrderOfFlow(["Collector", "Worker-10", "Worker-2", "Generator", "Worker-2"]), [
    "Generator",
    "Worker-2",
    "Worker-10",
    "Collector",
  ]);
  assert.equal(roleOf("Worker-gpu"), "worker");
});

test("tasks are called by their data where that is a text", { timeout: 5000 }, () => {
  const data = ["Task_1_payload", { url: "x" }, "a very long description"];
  const events = data.map((data, n): AgentEvent => ({
    agent: "Generator",
    at: n,
    type: "task-sent",
    taskId: `${n}`,
    data,
  }));
  assert.deepEqual([...taskNames(events).values()], ["Task_1", "task 2", "a very long…"]);
});
