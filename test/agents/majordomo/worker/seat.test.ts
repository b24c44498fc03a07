import assert from "node:assert/strict";
import { test } from "node:test";
import type { MajordomoWorkerEvent } from "../../../../src/agents/majordomo/events";
import { Persistence } from "../../../../src/agents/majordomo/worker/seat";
import { employ } from "../broker-by-hand";

const options = { timeout: 240_000 };

test("a silent broker is tried after 1, 2, 4 … times the wait, 32 at the most", () => {
  const persistence = new Persistence(1000, 32_000);
  const pauses = Array.from({ length: 8 }, () => persistence.pauseMs("broker-silent", false));
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
  assert.equal(persistence.pauseMs("broker-silent", true), 1000);
});

test("a dismissal is followed at once, a second in a row is not", () => {
  const persistence = new Persistence(1000, 32_000);
  const pauses = [false, false, false].map((heard) => persistence.pauseMs("dismissed", heard));
  assert.deepEqual(pauses, [0, 1000, 2000]);
  assert.equal(persistence.pauseMs("dismissed", true), 0);
  assert.equal(persistence.pauseMs("dismissed", false), 1000);
});

test("dismissed, it registers again on a new socket, at once", options, async (t) => {
  const { broker, witness, run, stop } = await employ(t, { reconnectMs: 60_000 });
  const first = await broker.next("ready");
  await broker.say(first.worker, "disconnect");
  const second = await broker.next("ready");
  assert.notEqual(second.worker, first.worker);
  await broker.request(second.worker, "a");
  assert.equal((await broker.final()).result_data, "Result_for_(a)_by_Worker-1");
  stop.abort();
  assert.equal((await run).conversations, 2);
  assert.deepEqual(
    witness.all("dismissed").map(({ reconnectMs }) => reconnectMs),
    [0],
  );
});

test("a broker that dismisses for ever is asked less and less often", options, async (t) => {
  const { broker, witness } = await employ(t, { reconnectMs: 20, maxReconnectMs: 40 });
  const startedAt = performance.now();
  for (let n = 0; n < 5; n++) await broker.say((await broker.next("ready")).worker, "disconnect");
  await witness.heard("dismissed", ({ reconnectMs }) => reconnectMs === 40);
  assert.ok(performance.now() - startedAt >= 20 + 40 + 40 - 5);
  assert.deepEqual(
    witness
      .all("dismissed")
      .slice(0, 4)
      .map(({ reconnectMs }) => reconnectMs),
    [0, 20, 40, 40],
  );
});

test(
  "a silent broker is left, and tried again after longer and longer waits",
  options,
  async (t) => {
    const quick = { heartbeatMs: 20, liveness: 2, reconnectMs: 10, maxReconnectMs: 40 };
    const { broker, witness } = await employ(t, quick);
    broker.isAlive = false;
    const workers = new Set<string>();
    for (let n = 0; n < 5; n++) workers.add((await broker.next("ready")).worker);
    assert.equal(workers.size, 5);
    const silences = witness.all("broker-silent");
    assert.deepEqual(
      silences.slice(0, 4).map(({ reconnectMs }) => reconnectMs),
      [10, 20, 40, 40],
    );
    assert.ok(silences.every(({ silentMs }) => silentMs >= 40));
    let isHeard = false;
    void witness.heard("heartbeat-received").then(() => (isHeard = true));
    for (let worker = [...workers].at(-1)!; !isHeard; { worker } = await broker.next("ready"))
      await broker.say(worker, "heartbeat"); // it may come too late for this conversation
    const heardAt = witness.events.findIndex(({ type }) => type === "heartbeat-received");
    const isNext = (event: MajordomoWorkerEvent) => witness.events.indexOf(event) > heardAt;
    assert.equal((await witness.heard("broker-silent", isNext)).reconnectMs, 10);
  },
);

test("a broker that comes late is found", options, async (t) => {
  const quick = { heartbeatMs: 500, liveness: 2, reconnectMs: 10, maxReconnectMs: 20 };
  const { broker, witness } = await employ(t, quick);
  broker.close();
  await witness.heard("broker-silent");
  await broker.restart();
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  await broker.final();
});
