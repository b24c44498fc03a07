import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../src/agents/events";
import { majordomoBrokerAgent } from "../../src/agents/majordomo/broker";
import { majordomoWorkerAgent } from "../../src/agents/majordomo/worker";
import { hasJoined } from "../../src/orchestration/joining";
import { Recorder } from "../../src/orchestration/recorder";

const forEver = new Promise<void>(() => {});
const joins = (worker: string): AgentEvent => ({
  agent: "Broker",
  at: 1,
  type: "worker-joined",
  worker,
  service: "work",
  dialect: "0.2",
  workers: 1,
});

test(
  "a worker is in when the broker says so, not when it says so",
  { timeout: 240_000 },
  async () => {
    const recorder = new Recorder();
    let isIn = false;
    const joined = hasJoined(recorder, forEver, { workerId: "1" }).then(
      (joined) => (isIn = joined),
    );
    const said = { agent: "Worker-1", at: 1, type: "registered", service: "work", conversation: 1 };
    recorder.onEvent(said as AgentEvent);
    recorder.onEvent(joins("Worker-12-0123abcd"));
    await Promise.resolve();
    assert.equal(isIn, false);
    recorder.onEvent(joins("Worker-1-0123abcd"));
    assert.equal(await joined, true);
  },
);

test("one that holds two tasks joins twice", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  recorder.onEvent(joins("Worker-1-00000001"));
  const newcomer = { workerId: "1", prefetch: 2 };
  assert.equal(await hasJoined(recorder, Promise.resolve(), newcomer), false);
  recorder.onEvent(joins("Worker-1-00000002"));
  assert.equal(await hasJoined(recorder, forEver, newcomer), true);
  assert.equal(await hasJoined(recorder, Promise.resolve(), newcomer, 1), false);
});

for (const workerId of ["a very long name, longer than a connection's may be", "Jürgen"])
  test(`the broker's name for ${workerId} is known`, { timeout: 240_000 }, async (t) => {
    const stop = new AbortController();
    const recorder = new Recorder();
    const { onEvent } = recorder;
    const reins = { signal: stop.signal, onEvent };
    const broker = majordomoBrokerAgent({ ...reins, brokerAddr: "tcp://127.0.0.1:*" });
    const listening = await recorder.first(broker, ({ type }) => type === "listening");
    assert.equal(listening?.type, "listening");
    const [brokerAddr] = listening.addresses;
    const worker = majordomoWorkerAgent({ ...reins, brokerAddr, workerId });
    t.after(() => {
      stop.abort();
      return Promise.all([broker, worker]);
    });
    assert.equal(await hasJoined(recorder, worker, { workerId }), true);
  });
