import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { majordomoWorkerAgent } from "../../../src/agents/majordomo/worker";
import { Program } from "../programs";
import { BrokerByHand, client, employ, Errand, resultOf } from "./broker-by-hand";

const options = { timeout: 480_000 };

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

test("stopped at work, it finishes, answers and only then leaves", options, async (t) => {
  const errand = new Errand();
  const { broker, run, stop } = await employ(t, {
    heartbeatMs: 50,
    liveness: 100,
    work: errand.work,
  });
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  await errand.hasBegun("a");
  stop.abort();
  for (let n = 0; n < 3; n++) await broker.next("heartbeat"); // it lives, as long as it works
  errand.finish("whole");
  assert.equal((await broker.final()).result_data, "whole");
  await broker.next("disconnect");
  const { tasksDone, tasksDropped, outcome } = await run;
  assert.deepEqual([tasksDone, tasksDropped, outcome], [1, 0, "stopped"]);
});

for (const leaveTimeoutMs of [0, 50])
  test(`stopped at work that hangs, it leaves after ${leaveTimeoutMs} ms`, options, async (t) => {
    const errand = new Errand();
    const given = { leaveTimeoutMs, work: errand.work, heartbeatMs: 60_000 };
    const { broker, witness, run, stop } = await employ(t, given);
    const { worker } = await broker.next("ready");
    const task = await broker.request(worker, "a");
    await errand.hasBegun("a");
    const stoppedAt = performance.now();
    stop.abort();
    await broker.next("disconnect");
    assert.ok(performance.now() - stoppedAt >= leaveTimeoutMs - 1);
    const { tasksDone, tasksDropped, outcome } = await run;
    assert.deepEqual([tasksDone, tasksDropped, outcome], [0, 1, "stopped"]);
    assert.equal(witness.all("task-dropped")[0]!.taskId, task.task_id);
    assert.match(witness.all("task-dropped")[0]!.reason, /could not finish in time/);
    assert.equal(witness.events.at(-1)!.type, "finished");
  });

test("stopped while it waits for a broker, it ends at once", options, async (t) => {
  const quick = { heartbeatMs: 10, liveness: 1, reconnectMs: 60_000, maxReconnectMs: 60_000 };
  const { broker, witness, run, stop } = await employ(t, quick);
  broker.close();
  await witness.heard("broker-silent");
  stop.abort();
  assert.equal((await run).conversations, 1);
});

test("stopped before it began, it says nothing to anybody", options, async () => {
  const summary = await majordomoWorkerAgent({ signal: AbortSignal.abort() });
  assert.deepEqual([summary.outcome, summary.conversations], ["stopped", 0]);
});

test("a wrong option is refused before anything is opened", options, async () => {
  await assert.rejects(majordomoWorkerAgent({ prefetch: 0 }), /Cannot use prefetch/);
});

/** A worker with three seats and a request in each, the first of them begun. */
async function threeSeats(t: TestContext) {
  const errand = new Errand();
  const employed = await employ(t, { prefetch: 3, work: errand.work, heartbeatMs: 60_000 });
  const { broker } = employed;
  const workers: string[] = [];
  for (let n = 0; n < 3; n++) workers.push((await broker.next("ready")).worker);
  assert.equal(new Set(workers).size, 3);
  const names = ["a", "b", "c"];
  for (const [n, worker] of workers.entries()) {
    await broker.request(worker, names[n]!);
    if (n === 0) await errand.hasBegun("a");
  }
  assert.equal((await broker.next("heartbeat")).worker, workers[0]);
  return { ...employed, errand, workers, names };
}

test(
  "prefetch: one task at a time, and a heartbeat only when its turn comes",
  options,
  async (t) => {
    const { broker, errand, workers, run, stop } = await threeSeats(t);
    const order: string[] = [];
    for (let n = 0; n < 3; n++) {
      const beginner = n === 0 ? workers[0]! : (await broker.next("heartbeat")).worker;
      order.push(beginner);
      await errand.haveBegun(n + 1);
      errand.finish(n);
      const final = await broker.next("final");
      assert.deepEqual([final.worker, resultOf(final).result_data], [beginner, n]);
    }
    assert.deepEqual(new Set(order), new Set(workers));
    assert.equal(errand.most, 1);
    stop.abort();
    const left = [];
    for (let n = 0; n < 3; n++) left.push((await broker.next("disconnect")).worker);
    assert.deepEqual(new Set(left), new Set(workers));
    const { tasksDone, conversations } = await run;
    assert.deepEqual([tasksDone, conversations], [3, 3]);
  },
);

test("prefetch: whoever waits leaves at once and its task is not begun", options, async (t) => {
  const { broker, errand, workers, run, stop } = await threeSeats(t);
  stop.abort();
  const waiting = [
    (await broker.next("disconnect")).worker,
    (await broker.next("disconnect")).worker,
  ];
  assert.deepEqual(new Set(waiting), new Set(workers.slice(1)));
  errand.finish("whole");
  assert.equal((await broker.next("final")).worker, workers[0]);
  assert.equal((await broker.next("disconnect")).worker, workers[0]);
  const { tasksDone, tasksDropped } = await run;
  assert.deepEqual([tasksDone, tasksDropped, errand.begun], [1, 0, ["a"]]);
});

test(
  "prefetch: a seat that is dismissed while it waits does not begin its task",
  options,
  async (t) => {
    const { broker, errand, workers } = await threeSeats(t);
    await broker.say(workers[1]!, "disconnect");
    const again = await broker.next("ready");
    await broker.request(again.worker, "d");
    for (let n = 0; n < 3; n++) {
      await errand.haveBegun(n + 1);
      errand.finish(n);
      await broker.next("final");
      if (n < 2) await broker.next("heartbeat");
    }
    assert.ok(!errand.begun.includes("b"));
    assert.deepEqual(errand.begun.toSorted(), ["a", "c", "d"]);
  },
);

test("prefetch: whoever would have to wait for long gives its task back", options, async (t) => {
  const errand = new Errand();
  const slow = { prefetch: 2, work: errand.work, heartbeatMs: 2000 };
  const { broker, witness } = await employ(t, slow);
  const [first, second] = [await broker.next("ready"), await broker.next("ready")];
  await broker.request(first.worker, "a");
  await errand.hasBegun("a");
  await broker.request(second.worker, "b");
  assert.equal((await broker.next("disconnect")).worker, second.worker);
  await witness.heard("handed-back");
  errand.finish("slowly");
  assert.equal((await broker.final()).result_data, "slowly");
  await broker.request(first.worker, "c");
  await errand.hasBegun("c");
  assert.equal(witness.all("registered").length, 2);
  errand.finish("quickly"); // now tasks are quick enough for two places again
  await witness.heard("registered", ({ conversation }) => conversation === 3);
  assert.deepEqual(errand.begun, ["a", "c"]);
});

test("many seats are no burden", options, async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const { broker, run, stop } = await employ(t, { prefetch: 30 });
  for (let n = 0; n < 30; n++) {
    const { worker } = await broker.next("ready");
    await broker.say(worker, "heartbeat");
  }
  stop.abort();
  assert.equal((await run).conversations, 30);
  assert.deepEqual(warnings, []);
});

test("as a program: other work, and Ctrl-C finishes the task", options, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "a folder "));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "shout.ts");
  const text = "export const work = (data: string): string => `${data.toUpperCase()}!`;";
  writeFileSync(file, text);
  const broker = await BrokerByHand.bound(t);
  const flags = ["--worker-id", "7", "--service", "shout", "--work", file];
  const program = new Program(t, "majordomo/worker", flags, { BROKER_ADDR: broker.address });
  const { worker, service } = await broker.next("ready");
  assert.equal(service, "shout");
  await broker.request(worker, "hello");
  assert.equal((await broker.final()).result_data, "HELLO!");
  program.child.kill("SIGINT");
  await broker.next("disconnect");
  assert.equal(await program.exit(), 0, program.stderr);
  assert.match(program.stdout, /^\[Worker-7\] READY for "shout" \(conversation 1\)$/m);
  assert.match(program.stdout, /^\[Worker-7\] stopped: 1 task done, 0 failed, 0 dropped/m);
  assert.equal(program.stderr, "");
});

test("as a program: work that is not there is one clear line", options, async (t) => {
  const program = new Program(t, "majordomo/worker", ["--work", "nowhere.js"]);
  assert.equal(await program.exit(), 1);
  assert.match(
    program.stderr,
    /^majordomo-worker: Cannot load nowhere\.js: Cannot find module [^\n]*\n$/,
  );
});

const onPosix = { ...options, skip: process.platform === "win32" && "Windows knows no SIGSTOP" };

test("stopped by the system and resumed, it reads before it judges", onPosix, async (t) => {
  const broker = await BrokerByHand.bound(t);
  const flags = ["--broker-addr", broker.address, "--heartbeat-ms", "500", "--liveness", "5"];
  const program = new Program(t, "majordomo/worker", [...flags, "--work-ms", "0"]);
  const { worker } = await broker.next("ready");
  await broker.next("heartbeat");
  program.child.kill("SIGSTOP");
  const startedAt = performance.now();
  while (performance.now() - startedAt < 3000) {
    await broker.say(worker, "heartbeat");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  program.child.kill("SIGCONT");
  for (let n = 0; n < 3; n++) assert.equal((await broker.next("heartbeat")).worker, worker);
  await broker.request(worker, "a");
  await broker.final();
  program.child.kill("SIGTERM");
  await broker.next("disconnect");
  assert.equal(await program.exit(), 0);
  assert.doesNotMatch(program.stdout, /silent|dismissed/);
});
