/** Our Majordomo agents among peers that others wrote: every make of broker, worker and client with every other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ask,
  service,
  startMajortomoBroker,
  startOurBroker,
  startOurClient,
  startOurWorker,
  startPythonWorker,
  startWorker,
  type Make,
} from "./majordomo/mixed-pool";
import { answersOf, startPeer } from "./majordomo/python-peer";

const TASKS = 10;
const limit = { timeout: 240_000 };
const makes: readonly Make[] = ["ours", "majortomo", "mdp01"];

for (const worker of makes)
  for (const client of makes) {
    if (worker === "ours" && client === "ours") continue; // not of this file
    test(`our broker, worker: ${worker}, client: ${client}`, limit, async (t) => {
      const broker = await startOurBroker(t);
      startWorker(t, worker, broker);
      assert.deepEqual(await ask(t, client, broker, TASKS), resultsBy(worker, TASKS));
      const { answered, framesRejected } = await broker.sumUp();
      assert.deepEqual({ answered, framesRejected }, { answered: TASKS, framesRejected: 0 });
    });
  }

test("our broker: majortomo's partial replies go to whoever knows such", limit, async (t) => {
  const broker = await startOurBroker(t);
  startPythonWorker(t, "majortomo", broker, { partials: 2 });
  const whole = ["Part_1", "Part_2", "Result"].map(
    (what) => `${what}_for_(Task_1_payload)_by_Worker-majortomo`,
  );
  assert.deepEqual(await ask(t, "ours", broker, 1), whole);
  assert.deepEqual(await ask(t, "majortomo", broker, 1), whole);
  assert.deepEqual(await ask(t, "mdp01", broker, 1), whole.slice(-1));
});

test("our broker: our partial replies go to whoever knows such", limit, async (t) => {
  const broker = await startOurBroker(t);
  startOurWorker(t, broker, {
    work: (_data, { sendPartial }) => {
      sendPartial!("first");
      sendPartial!("second");
      return "third";
    },
  });
  assert.deepEqual(await ask(t, "majortomo", broker, 1), ["first", "second", "third"]);
  assert.deepEqual(await ask(t, "mdp01", broker, 1), ["third"]);
});

test("our broker: three makes of workers share the tasks of one service", limit, async (t) => {
  const broker = await startOurBroker(t);
  for (const make of makes) startWorker(t, make, broker);
  await broker.witness.heard("worker-joined", ({ workers }) => workers === makes.length);
  const { run, witness } = startOurClient(t, broker, { tasks: 60 });
  const { results, byWorker, duplicates } = await run;
  assert.deepEqual(Object.keys(byWorker).toSorted(), makes.toSorted());
  const sent = witness.all("task-sent").map(({ taskId }) => taskId);
  assert.deepEqual(results.map(({ task_id }) => task_id).toSorted(), sent.toSorted());
  const { answered, redelivered } = await broker.sumUp();
  assert.deepEqual(
    { answered, redelivered, duplicates },
    { answered: 60, redelivered: 0, duplicates: 0 },
  );
});

for (const program of ["majortomo_client", "mdp01_client"] as const)
  test(`our broker: ${program} asks mmi.service`, limit, async (t) => {
    const broker = await startOurBroker(t);
    startOurWorker(t, broker);
    await broker.witness.heard("worker-joined");
    const question = { broker: broker.address, mmi: true };
    const offered = startPeer(t, program, { ...question, service });
    const unheardOf = startPeer(t, program, { ...question, service: "teleport" });
    assert.deepEqual(await answersOf(offered), [200]);
    assert.deepEqual(await answersOf(unheardOf), [404]);
  });

for (const [worker, client] of [
  ["ours", "ours"],
  ["ours", "majortomo"],
  ["majortomo", "ours"],
] as const)
  test(`majortomo's broker, worker: ${worker}, client: ${client}`, limit, async (t) => {
    const broker = await startMajortomoBroker(t);
    startWorker(t, worker, broker);
    assert.deepEqual(await ask(t, client, broker, TASKS), resultsBy(worker, TASKS));
  });

test(
  "majortomo's broker is silent while our worker works, which is no reason to leave it",
  limit,
  async (t) => {
    const broker = await startMajortomoBroker(t);
    const silence = { heartbeatMs: 100, liveness: 30 };
    const worker = startOurWorker(t, broker, { ...silence, workMs: 4000 });
    const { results, resent, duplicates } = await startOurClient(t, broker, { tasks: 2 }).run;
    assert.deepEqual([results.length, resent, duplicates], [2, 0, 0]);
    worker.stop.abort();
    const { conversations, tasksDone, tasksDropped } = await worker.run;
    assert.deepEqual(
      { conversations, tasksDone, tasksDropped },
      { conversations: 1, tasksDone: 2, tasksDropped: 0 },
    );
  },
);

test("majortomo's broker killed and restarted: every task completes", limit, async (t) => {
  const broker = await startMajortomoBroker(t);
  const worker = startOurWorker(t, broker, { workMs: 20 });
  const { run, witness } = startOurClient(t, broker, { tasks: 20 });
  await witness.heard("result-received", () => witness.all("result-received").length === 5);
  broker.process.kill("SIGKILL");
  await broker.process.ended;
  await startMajortomoBroker(t, broker.address);
  const { outcome, results, deadLetters, resent } = await run;
  assert.deepEqual({ outcome, deadLetters }, { outcome: "complete", deadLetters: [] });
  assert.deepEqual(
    results.map(({ result_data }) => result_data).toSorted(),
    resultsBy("ours", 20).toSorted(),
  );
  assert.ok(resent > 0, "the new broker knew of tasks that nobody had told it");
  assert.ok(worker.witness.all("registered").length > 1, "nobody registered with the new broker");
});

/** The results of the first tasks of the demonstration. */
function resultsBy(workerId: string, tasks: number): string[] {
  return Array.from(
    { length: tasks },
    (_, n) => `Result_for_(Task_${n + 1}_payload)_by_Worker-${workerId}`,
  );
}
