import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import {
  agentOf,
  begunTwice,
  cutToWork,
  deathsIn,
  inOrderOfFlow,
  roleOf,
  taskNames,
} from "../../../src/notebook/pictures/recording";
import { recordedRun } from "./recorded-events";
import { killed, poolRun, recorded } from "./recorded-pool";

test("agents stand in the order of flow, numbers as numbers", { timeout: 240_000 }, () => {
  assert.deepEqual(inOrderOfFlow(["Collector", "Worker-10", "Worker-2", "Generator", "Worker-2"]), [
    "Generator",
    "Worker-2",
    "Worker-10",
    "Collector",
  ]);
  assert.equal(roleOf("Worker-gpu"), "worker");
});

test("tasks are called by their data where that is a text", { timeout: 240_000 }, () => {
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

test("client and broker stand before the workers", { timeout: 240_000 }, () => {
  assert.deepEqual(inOrderOfFlow(["Worker-1", "Broker", "Client"]), [
    "Client",
    "Broker",
    "Worker-1",
  ]);
  assert.equal(agentOf("Worker-gpu-0123abcd"), "Worker-gpu");
  assert.equal(agentOf("guide-worker"), "guide-worker");
});

test("a process dies once a life: it may come back and finish", { timeout: 240_000 }, () => {
  const started = ["Worker-1", { type: "process-started", pid: 1 }] as const;
  const finished = ["Worker-1", { type: "finished", summary: {} }] as const;
  const events = recorded([...started], killed(1), [...started], [...finished], killed(1));
  assert.deepEqual([...deathsIn(events)], [events[1]]);
});

test(
  "cut to the work, a recording begins with a task and ends with a result",
  { timeout: 240_000 },
  () => {
    for (const events of [recordedRun(), poolRun()]) {
      const cut = cutToWork(events);
      assert.equal(cut[0]?.at, events.find(({ type }) => type === "task-sent")?.at);
      assert.equal(cut.at(-1)?.type, "result-received");
      assert.ok(cut.length < events.length);
    }
  },
);

test("tells which tasks were begun twice", { timeout: 240_000 }, () => {
  assert.deepEqual(begunTwice(poolRun()), ["id-1", "id-2"]);
  assert.deepEqual(begunTwice(recordedRun()), []);
});
