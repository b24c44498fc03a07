/** Workers that others wrote are lost in the middle of a task: our broker gives it to our worker. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { MajordomoBrokerOptions } from "../../src/agents/majordomo/broker";
import type { MajordomoBrokerSummary } from "../../src/agents/majordomo/events";
import {
  startOurBroker,
  startOurClient,
  startOurWorker,
  startPythonWorker,
} from "./majordomo/mixed-pool";

const limit = { timeout: 240_000 };
const signals = {
  ...limit,
  skip: process.platform === "win32" && "Windows ends a process without a signal",
};
const FOR_EVER = 600_000;

for (const make of ["majortomo", "mdp01"] as const) {
  test(`a worker of ${make} killed at work: another does its task`, limit, async (t) => {
    const { worker, broker, client } = await atWork(t, make, { workMs: FOR_EVER });
    worker.kill("SIGKILL");
    const { byWorker } = await client.run;
    assert.deepEqual(byWorker, { ours: 1 });
    const { redelivered, workersLeft } = await broker.sumUp();
    assert.equal(redelivered, 1);
    assert.equal(workersLeft.unreachable + workersLeft.expired, 1);
  });

  test(`a worker of ${make} that leaves at work: another does its task`, signals, async (t) => {
    // A heartbeat that crosses the request on its way looks like a beginning, so there is none.
    const silently = { workMs: FOR_EVER, heartbeatMs: FOR_EVER };
    const { worker, broker, client } = await atWork(t, make, silently, { liveness: 100 });
    worker.kill("SIGTERM");
    const { byWorker } = await client.run;
    assert.deepEqual(byWorker, { ours: 1 });
    assert.equal((await worker.ended).code, 0);
    const { redelivered, workersLeft } = await broker.sumUp();
    // Neither make says when it begins: to the broker it gave back what it had not begun.
    assert.deepEqual([redelivered, workersLeft], [0, { ...nobody, disconnected: 1 }]);
  });

  test(`a worker of ${make} silent at work, as it may be: it keeps its task`, limit, async (t) => {
    const { broker, client } = await atWork(t, make, { workMs: 2500 }, { busySilenceMs: FOR_EVER });
    const { byWorker } = await client.run;
    assert.deepEqual(byWorker, { [make]: 1 });
    const { redelivered, answered } = await broker.sumUp();
    assert.deepEqual([redelivered, answered], [0, 1]);
  });

  test(
    `a worker of ${make} silent at work for too long: another does its task, once`,
    limit,
    async (t) => {
      const { worker, broker, client } = await atWork(t, make, { workMs: 2500 });
      const { byWorker } = await client.run;
      assert.deepEqual(byWorker, { ours: 1 });
      assert.equal(broker.witness.all("worker-left")[0]!.parting, "expired");
      await worker.says(/finished/);
      const { reason } = await broker.witness.heard("frame-rejected");
      assert.match(reason, /answered a request that it does not hold any more/);
      await worker.says(/joins/); // it was told that it had been struck off
      const { redelivered, answered } = await broker.sumUp();
      assert.deepEqual([redelivered, answered], [1, 1]);
    },
  );
}

const nobody: MajordomoBrokerSummary["workersLeft"] = {
  disconnected: 0,
  expired: 0,
  unreachable: 0,
  "timed-out": 0,
  misbehaved: 0,
  cancelled: 0,
};

/** A worker in Python has begun with the one task there is, and our worker has nothing to do. */
async function atWork(
  t: TestContext,
  make: "majortomo" | "mdp01",
  work: { workMs: number; heartbeatMs?: number },
  options: MajordomoBrokerOptions = {},
) {
  const broker = await startOurBroker(t, { heartbeatMs: 100, liveness: 10, ...options });
  const worker = startPythonWorker(t, make, broker, work);
  const client = startOurClient(t, broker, { tasks: 1 });
  await worker.says(/works on/);
  startOurWorker(t, broker);
  await broker.witness.heard("worker-joined", ({ worker: name }) => name.startsWith("Worker-ours"));
  return { broker, worker, client };
}
