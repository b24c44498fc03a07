import assert from "node:assert/strict";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { AgentEvent } from "../../src/agents/events";
import { ProcessPool } from "../../src/orchestration/process-pool";
import { isAlive } from "./alive";

const quick = { heartbeatMs: 100 };

/** A pool with a broker, closed after the test; nobody may be left then. */
async function openPool(t: TestContext) {
  const pids: number[] = [];
  const onEvent = (event: AgentEvent) => {
    if (event.type === "process-started") pids.push(event.pid);
  };
  const pool = new ProcessPool({ onEvent });
  t.after(async () => {
    await pool.close();
    assert.deepEqual(pids.filter(isAlive), []);
  });
  await pool.startBroker({ ...quick, brokerAddr: "tcp://127.0.0.1:*" });
  return pool;
}

test(
  "workers die, are frozen, leave and come back while tasks flow",
  { timeout: 240_000 },
  async (t) => {
    const pool = await openPool(t);
    for (const id of ["1", "2", "3"]) await pool.startWorker(id, { ...quick, workMs: 5 });
    const client = pool.runClient({ tasks: 1500, maxOutstanding: 20 });
    const results = async (count: number) => {
      for (; count > 0; count--) await pool.next(({ type }) => type === "result-received");
    };
    await results(20);
    await pool.kill("Worker-1");
    pool.freeze("Worker-2");
    await pool.next((event) => event.type === "worker-left" && event.parting === "expired");
    assert.deepEqual(pool.running, ["Broker", "Worker-2", "Worker-3", "Client"]);
    await pool.startWorker("1", { ...quick, workMs: 5 });
    await pool.dismiss("Worker-3");
    pool.thaw("Worker-2");
    const summary = await client;
    assert.equal(summary?.outcome, "complete");
    assert.equal(summary.results.length, 1500);
    const partings = pool.events.flatMap((event) =>
      event.type === "worker-left" ? [event.parting] : [],
    );
    // A broker that is held up may find the killed one silent before it finds it unreachable.
    const lost = partings.filter((parting) => parting === "expired" || parting === "unreachable");
    assert.ok(lost.length >= 2 && partings.includes("expired"), String(partings));
  },
);

test(
  "a broker killed comes back at the same address, and all is done",
  { timeout: 240_000 },
  async (t) => {
    const pool = await openPool(t);
    const { brokerAddr } = pool;
    await pool.startWorker("1", { ...quick, workMs: 5 });
    const client = pool.runClient({ tasks: 100, peerTimeoutMs: 60_000 });
    await pool.next(({ type }) => type === "result-received");
    await pool.kill("Broker");
    await pool.startBroker(quick);
    assert.equal(pool.brokerAddr, brokerAddr);
    const summary = await client;
    assert.equal(summary?.outcome, "complete");
    assert.equal(summary.results.length, 100);
    assert.ok(summary.resent > 0);
  },
);

test(
  "a worker has started when the broker has let it in, with every task that it holds",
  { timeout: 240_000 },
  async (t) => {
    const pool = await openPool(t);
    await pool.startWorker("1", { ...quick, prefetch: 3 });
    const joined = pool.events.filter(({ type }) => type === "worker-joined");
    assert.equal(joined.length, 3);
  },
);

test("a worker killed before it was let in has not failed", { timeout: 480_000 }, async (t) => {
  const pool = await openPool(t);
  const started = pool.startWorker("1", quick);
  await pool.kill("Worker-1");
  await started;
  assert.deepEqual(pool.running, ["Broker"]);
});

test(
  "nobody waits for a child of a worker, which lives on with the worker's stderr",
  { timeout: 240_000 },
  async (t) => {
    const pool = await openPool(t);
    const work = path.join(__dirname, "leave-child.ts");
    for (const id of ["1", "2"]) await pool.startWorker(id, { ...quick, work });
    const summary = await pool.runClient({ tasks: 2, maxOutstanding: 2 });
    const children = summary!.results.map(({ result_data }) => result_data as number);
    t.after(() => children.forEach((pid) => process.kill(pid, "SIGKILL")));
    assert.deepEqual(Object.keys(summary!.byWorker).toSorted(), ["1", "2"]);
    await pool.kill("Worker-1");
    await pool.dismiss("Worker-2");
    assert.deepEqual(children.map(isAlive), [true, true]);
  },
);

test(
  "a process that has just gone is nobody, before its end is told",
  { timeout: 480_000 },
  async (t) => {
    const pool = await openPool(t);
    const work = path.join(__dirname, "leave-child.ts");
    await pool.startWorker("1", { ...quick, work });
    const summary = await pool.runClient({ tasks: 1 });
    const child = summary!.results[0]!.result_data as number;
    t.after(() => process.kill(child, "SIGKILL")); // it keeps the line open, so that the end is told later
    const started = pool.events.find(
      (event) => event.type === "process-started" && event.agent === "Worker-1",
    );
    assert.equal(started?.type, "process-started");
    process.kill(started.pid, "SIGKILL");
    while (isThere(started.pid)) await setImmediate();
    assert.ok(pool.running.includes("Worker-1"));
    assert.throws(() => pool.freeze("Worker-1"), /no process of Worker-1. Running: Broker\./);
    assert.throws(() => pool.thaw("Worker-1"), RangeError);
    await pool.kill("Worker-1");
  },
);

/** Tells whether there is such a process, be it a zombie. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("what makes no sense is refused with a sentence", { timeout: 480_000 }, async (t) => {
  const empty = new ProcessPool();
  assert.throws(() => empty.brokerAddr, /before the broker/);
  await assert.rejects(empty.startWorker("1"), /before the broker/);
  await empty.close();
  const pool = await openPool(t);
  await assert.rejects(pool.startBroker(), /Broker .* runs already/);
  assert.throws(() => pool.freeze("Worker-9"), /no process of Worker-9. Running: Broker/);
  await assert.rejects(pool.kill("Worker-9"), RangeError);
});

test("a worker that fails by itself says why", { timeout: 480_000 }, async () => {
  const pool = new ProcessPool();
  await pool.startBroker({ brokerAddr: "tcp://127.0.0.1:*" });
  await assert.rejects(pool.startWorker("1", { prefetch: 0 }), /prefetch/);
  await assert.rejects(pool.close(), /prefetch/);
});
