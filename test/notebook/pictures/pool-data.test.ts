import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { poolHistory } from "../../../src/notebook/pictures/pool-data";

type Told = Record<string, unknown> & { type: AgentEvent["type"] };

const T0 = 1_700_000_000_000;

/** Events at a number of milliseconds after the first worker joined. */
function recording(...told: [at: number, agent: string, event: Told][]): AgentEvent[] {
  const before = [-50, "Broker", { type: "listening", addresses: [] }] as const;
  const first = [0, "Broker", joined("Worker-9-0badcafe")] as const;
  return [before, first, ...told].map(
    ([at, agent, event]) => ({ agent, at: T0 + at, ...event }) as AgentEvent,
  );
}

const joined = (worker: string): Told => ({ type: "worker-joined", worker, workers: 1 });
const left = (worker: string, parting: string): Told => ({ type: "worker-left", worker, parting });
const begun = (taskId: string): Told => ({ type: "task-started", taskId, data: taskId });
const done = (taskId: string): Told => ({ type: "task-done", taskId, result: 1, failed: false });
const result = (taskId: string, workerId: string): Told => ({
  type: "result-received",
  taskId,
  workerId,
});
const registered: Told = { type: "registered", service: "work", conversation: 1 };
const beat: Told = { type: "heartbeat-sent" };
const killed: Told = { type: "process-exited", code: null, signal: "SIGKILL" };

const stretches = (events: AgentEvent[], kind: string) =>
  poolHistory(events)
    .stretches.filter((it) => it.kind === kind)
    .map(({ agent, from, to }) => [agent, from, to]);

test(
  "a worker is registered from its READY until the broker strikes it off",
  { timeout: 240_000 },
  () => {
    const events = recording(
      [100, "Broker", joined("Worker-1-0badcafe")],
      [400, "Broker", left("Worker-1-0badcafe", "expired")],
      [500, "Broker", joined("Worker-1-00c0ffee")],
      [900, "Worker-1", beat],
    );
    const { agents, moments, seconds } = poolHistory(events);
    assert.deepEqual(stretches(events, "registered"), [
      ["Worker-9", 0, 0.9],
      ["Worker-1", 0.1, 0.4],
      ["Worker-1", 0.5, 0.9],
    ]);
    assert.deepEqual(stretches(events, "broker up"), [["Broker", 0, 0.9]]);
    assert.deepEqual(agents, ["Broker", "Worker-1", "Worker-9"]);
    assert.deepEqual(moments, [
      { agent: "Worker-1", kind: "struck off", at: 0.4, label: "silent too long" },
    ]);
    assert.equal(seconds, 0.9);
  },
);

test(
  "with a broker that dies its register is gone; the next one begins anew",
  { timeout: 240_000 },
  () => {
    const events = recording(
      [100, "Broker", joined("Worker-1-0badcafe")],
      [300, "Broker", killed],
      [600, "Broker", { type: "listening", addresses: [] }],
      [700, "Broker", joined("Worker-1-00c0ffee")],
      [800, "Worker-1", beat],
    );
    assert.deepEqual(stretches(events, "broker up"), [
      ["Broker", 0, 0.3],
      ["Broker", 0.6, 0.8],
    ]);
    assert.deepEqual(stretches(events, "registered"), [
      ["Worker-9", 0, 0.3],
      ["Worker-1", 0.1, 0.3],
      ["Worker-1", 0.7, 0.8],
    ]);
    assert.deepEqual(
      poolHistory(events).moments.map(({ agent, kind }) => [agent, kind]),
      [["Broker", "process died"]],
    );
  },
);

test(
  "work whose result was taken from another is in vain, also when the same worker did both",
  { timeout: 240_000 },
  () => {
    const events = recording(
      [100, "Worker-1", begun("a")],
      [110, "Worker-2", begun("b")],
      [200, "Worker-2", done("b")],
      [210, "Worker-2", begun("a")],
      [300, "Worker-2", done("a")],
      [301, "Client", result("a", "2")],
      [400, "Worker-1", done("a")],
      [410, "Worker-2", begun("b")],
      [500, "Worker-2", done("b")],
      [501, "Client", result("b", "2")],
    );
    assert.deepEqual(stretches(events, "done in vain"), [
      ["Worker-1", 0.1, 0.4],
      ["Worker-2", 0.11, 0.2],
    ]);
    assert.deepEqual(stretches(events, "task done"), [
      ["Worker-2", 0.21, 0.3],
      ["Worker-2", 0.41, 0.5],
    ]);
  },
);

test(
  "a task ends unfinished where its worker dies or drops it, or the recording ends",
  { timeout: 240_000 },
  () => {
    const events = recording(
      [100, "Worker-1", begun("a")],
      [200, "Worker-1", killed],
      [300, "Worker-2", begun("b")],
      [400, "Worker-2", { type: "task-dropped", taskId: "b", reason: "gone" }],
      [500, "Worker-3", begun("c")],
      [700, "Worker-2", beat],
    );
    assert.deepEqual(stretches(events, "not finished"), [
      ["Worker-1", 0.1, 0.2],
      ["Worker-2", 0.3, 0.4],
      ["Worker-3", 0.5, 0.7],
    ]);
  },
);

test(
  "who owes heartbeats and sends none is silent; who waits for a new connection is not",
  { timeout: 240_000 },
  () => {
    const beats = [100, 200, 300].map((at): [number, string, Told] => [at, "Worker-1", beat]);
    const silent = recording([0, "Worker-1", registered], ...beats, [900, "Worker-1", done("a")]);
    assert.deepEqual(stretches(silent, "silent"), [["Worker-1", 0.3, 0.9]]);
    const waiting = recording(
      [0, "Worker-1", registered],
      ...beats,
      [310, "Worker-1", { type: "broker-silent", silentMs: 300, reconnectMs: 1000 }],
      [1310, "Worker-1", registered],
    );
    assert.deepEqual(stretches(waiting, "silent"), []);
  },
);

test("the picture ends with the client's last word", { timeout: 240_000 }, () => {
  const events = recording(
    [100, "Broker", joined("Worker-1-0badcafe")],
    [500, "Client", { type: "finished", summary: {} }],
    [600, "Broker", left("Worker-1-0badcafe", "disconnected")],
  );
  const { moments, seconds } = poolHistory(events);
  assert.deepEqual([moments, seconds], [[], 0.5]);
  assert.deepEqual(poolHistory([]).agents, []);
});
