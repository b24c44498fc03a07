import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokerByHand, client, employ, Errand, resultOf } from "./broker-by-hand";

const options = { timeout: 20_000 };

test("registers, works, answers, and takes its leave when it is stopped", options, async (t) => {
  const { broker, witness, run, stop } = await employ(t, { workerId: "7", service: "echo" });
  const { worker, service } = await broker.next("ready");
  assert.match(worker, /^Worker-7-[0-9a-f]{8}$/);
  assert.equal(service, "echo");
  const task = await broker.request(worker, "a");
  await broker.next("heartbeat");
  const final = await broker.next("final");
  assert.deepEqual(
    { ...resultOf(final), timestamp: 0 },
    {
      task_id: task.task_id,
      result_data: "Result_for_(a)_by_Worker-7",
      worker_id: "7",
      timestamp: 0,
    },
  );
  assert.deepEqual(final.client, client);
  stop.abort();
  assert.equal((await broker.next("disconnect")).worker, worker);
  const { durationMs, ...summary } = await run;
  assert.deepEqual(summary, {
    outcome: "stopped",
    workerId: "7",
    tasksDone: 1,
    tasksFailed: 0,
    tasksDropped: 0,
    conversations: 1,
    framesRejected: 0,
  });
  assert.ok(durationMs > 0);
  assert.deepEqual(
    witness.events.map(({ type }) => type).filter((type) => type !== "heartbeat-received"),
    ["registered", "heartbeat-sent", "task-started", "task-done", "finished"],
  );
});
