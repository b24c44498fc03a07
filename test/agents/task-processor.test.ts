import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket as NetSocket } from "node:net";
import { test, type TestContext } from "node:test";
import type { TaskProcessorEvent } from "../../src/agents/events";
import { taskProcessorAgent, type TaskProcessorOptions } from "../../src/agents/task-processor";
import { isFailedResult, type ResultMessage } from "../../src/messages/result-message";
import { createTaskMessage } from "../../src/messages/task-message";
import { encodeFrame } from "../../src/messages/frame";
import { BareNeighbours, startAgent, Witness } from "./bare-peers";

const options = { timeout: 240_000 };

/** A running processor between bare neighbours, stopped when the test is over. */
async function running(t: TestContext, given: TaskProcessorOptions = {}) {
  const neighbours = await BareNeighbours.bound(t);
  const isHangUp = new Promise<void>((resolve) =>
    neighbours.tasks.events.on("disconnect", () => resolve()),
  );
  const agent = startAgent(
    t,
    taskProcessorAgent,
    { ...neighbours.addresses, workMs: 0, ...given },
    new Witness<TaskProcessorEvent>(),
  );
  return { ...agent, neighbours, isHangUp };
}

async function stopAndCheck({ run, stop }: Awaited<ReturnType<typeof running>>) {
  const stoppedAt = performance.now();
  stop.abort();
  const summary = await run;
  const stopMs = performance.now() - stoppedAt;
  assert.equal(summary.outcome, "stopped");
  assert.ok(stopMs < 20_000, `it took ${stopMs} ms`);
  return summary;
}

test("takes tasks after START, answers each, takes its leave and hangs up", options, async (t) => {
  const { neighbours, witness, run, isHangUp } = await running(t, { workerId: "7" });
  await neighbours.start();
  const [first, second] = [await neighbours.sendTask("a"), await neighbours.sendTask({ b: [1] })];
  await neighbours.sendEnd();
  const answers = [await neighbours.nextResult(), await neighbours.nextResult()] as ResultMessage[];
  assert.deepEqual(
    answers.map((answer) => ({ ...answer, timestamp: 0 })),
    [
      [first.task_id, "Result_for_(a)_by_Worker-7"],
      [second.task_id, 'Result_for_({"b":[1]})_by_Worker-7'],
    ].map(([task_id, result_data]) => ({ task_id, result_data, worker_id: "7", timestamp: 0 })),
  );
  assert.ok(answers.every(({ timestamp }) => Math.abs(timestamp - Date.now() / 1000) < 60));
  assert.deepEqual(await neighbours.nextResult(), { task_id: "WORKER_DONE", worker_id: "7" });
  await isHangUp;
  const { durationMs, ...summary } = await run;
  assert.deepEqual(summary, {
    outcome: "complete",
    workerId: "7",
    tasksDone: 2,
    tasksFailed: 0,
    framesRejected: 0,
  });
  assert.ok(durationMs > 0);
  assert.deepEqual(
    witness.events.map(({ type }) => type),
    [
      "connected",
      "connected",
      "started",
      "task-started",
      "task-done",
      "task-started",
      "task-done",
      "end-received",
      "finished",
    ],
  );
});

test("pulls nothing before START", options, async (t) => {
  const { neighbours, witness, run } = await running(t);
  await neighbours.control.receive();
  await neighbours.sendTask("early");
  await neighbours.sendEnd();
  neighbours.results.receiveTimeout = 200;
  await assert.rejects(neighbours.results.receive(), { code: "EAGAIN" });
  neighbours.results.receiveTimeout = -1;
  assert.equal(witness.all("started").length + witness.all("task-started").length, 0);
  await neighbours.control.send("START");
  assert.equal((await run).tasksDone, 1);
});

test("tasks come one at a time", options, async (t) => {
  let atOnce = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce--;
    return null;
  };
  const { neighbours, run } = await running(t, { work });
  await neighbours.start();
  for (let n = 0; n < 5; n++) await neighbours.sendTask(n);
  await neighbours.sendEnd();
  assert.equal((await run).tasksDone, 5);
  assert.equal(most, 1);
});

test("the work function learns which task, which worker, and of a stop", options, async (t) => {
  const seen: unknown[] = [];
  const { neighbours, run } = await running(t, {
    work: (data, { taskId, workerId, signal }) => {
      seen.push(data, taskId, workerId, signal?.aborted);
      return null;
    },
  });
  await neighbours.start();
  const task = await neighbours.sendTask(1);
  await neighbours.sendEnd();
  await run;
  assert.deepEqual(seen, [1, task.task_id, "1", false]);
});

const throwText = () => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw "text";
};

const failures: [what: string, work: TaskProcessorOptions["work"], name: string, text: RegExp][] = [
  ["throws", () => assert.fail("boom"), "AssertionError", /^boom$/],
  ["rejects", () => Promise.reject(new RangeError("late boom")), "RangeError", /^late boom$/],
  ["throws what is no error", throwText, "Error", /^text$/],
  [
    "gives undefined",
    () => undefined as never,
    "TypeError",
    /"result_data" as JSON: it is undefined/,
  ],
  ["gives NaN inside", () => [NaN], "TypeError", /as JSON: it is NaN/],
  ["gives too much", () => "x".repeat(2_000_000), "RangeError", /bytes, the limit is 1048576/],
];

for (const [what, work, name, text] of failures)
  test(`work that ${what} becomes a failed result, and the worker goes on`, options, async (t) => {
    const { neighbours, run, witness } = await running(t, { work });
    await neighbours.start();
    const task = await neighbours.sendTask("x");
    await neighbours.sendTask("y");
    await neighbours.sendEnd();
    const answer = (await neighbours.nextResult()) as ResultMessage;
    assert.equal(answer.task_id, task.task_id);
    assert.ok(isFailedResult(answer.result_data));
    assert.equal(answer.result_data.error.name, name);
    assert.match(answer.result_data.error.message, text);
    const summary = await run;
    assert.deepEqual([summary.outcome, summary.tasksDone, summary.tasksFailed], ["complete", 2, 2]);
    assert.equal(witness.all("task-done")[0]?.failed, true);
  });

test("garbage is refused with a reason, and the run goes on", options, async (t) => {
  const { neighbours, run, witness } = await running(t, { maxFrameBytes: 1000 });
  await neighbours.start();
  const { tasks } = neighbours;
  await tasks.send("hello");
  await tasks.send(Buffer.from([0xff]));
  await tasks.send('{"task_id":"t"}');
  await tasks.send(Buffer.alloc(1001, 32));
  await tasks.send([
    encodeFrame(createTaskMessage("part 1")),
    "part 2",
    encodeFrame(createTaskMessage("part 3")),
  ]);
  await neighbours.sendEnd();
  const summary = await run;
  assert.deepEqual(
    [summary.outcome, summary.tasksDone, summary.framesRejected],
    ["complete", 2, 5],
  );
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["not-json", "not-utf8", "wrong-shape", "too-large", "not-json"],
  );
});

test("too deeply nested data is refused, and the work goes on", options, async (t) => {
  const { neighbours, run, witness } = await running(t, { work: () => "fine" });
  await neighbours.start();
  const nested = "[".repeat(200_000) + "]".repeat(200_000);
  await neighbours.tasks.send(`{"task_id":"t","data":${nested},"timestamp":1}`);
  await neighbours.sendTask("after");
  await neighbours.sendEnd();
  assert.equal(((await neighbours.nextResult()) as ResultMessage).result_data, "fine");
  assert.equal((await run).outcome, "complete");
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["too-deep"],
  );
});

test("whoever sends a frame 16 times too large is hung up on, for good", options, async (t) => {
  const { neighbours, run, isHangUp } = await running(t, { maxFrameBytes: 1000 });
  await neighbours.start();
  await neighbours.sendTask("before");
  await neighbours.tasks.send(Buffer.alloc(16_001));
  await isHangUp;
  const summary = await run;
  assert.deepEqual([summary.outcome, summary.tasksDone], ["generator-lost", 1]);
});

const waits: [what: string, missing: object][] = [
  ["the collector", { resultCollectorAddr: "tcp://127.0.0.1:1" }],
  ["the generator", { taskVentilatorAddr: "tcp://127.0.0.1:1" }],
  ["START", { controlSyncAddr: "tcp://127.0.0.1:1" }],
];

for (const [what, missing] of waits)
  test(`without ${what} it says whom it waited for`, options, async (t) => {
    const { run } = await running(t, { startTimeoutMs: 2000, ...missing });
    const place = what === "START" ? "START from" : `${what} at`;
    await assert.rejects(run, {
      message: `Waited 2000 ms in vain for ${place} tcp://127.0.0.1:1. Is it running, and is that its address?`,
    });
  });

test("START that never comes, although everybody is there", options, async (t) => {
  const { run, neighbours } = await running(t, { startTimeoutMs: 2000 });
  const { controlSyncAddr } = neighbours.addresses;
  await assert.rejects(run, ({ message }: Error) =>
    message.includes(`START from ${controlSyncAddr}`),
  );
});

test("the generator goes: it finishes its task, takes its leave, and ends", options, async (t) => {
  const { neighbours, run, witness } = await running(t);
  await neighbours.start();
  await neighbours.sendTask("last");
  await witness.heard("task-done");
  neighbours.tasks.close();
  assert.match(JSON.stringify(await neighbours.nextResult()), /last/);
  assert.deepEqual(await neighbours.nextResult(), { task_id: "WORKER_DONE", worker_id: "1" });
  const summary = await run;
  assert.deepEqual([summary.outcome, summary.tasksDone], ["generator-lost", 1]);
});

test("the collector goes while there is work: it does not work for nobody", options, async (t) => {
  const { neighbours, run, isHangUp } = await running(t);
  await neighbours.start();
  await neighbours.sendTask("first");
  await neighbours.nextResult();
  neighbours.results.close();
  let isEnded = false;
  void run.then(() => (isEnded = true));
  while (!isEnded) {
    await Promise.race([neighbours.sendTask("more"), run]); // nobody takes it once the agent has hung up
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await isHangUp;
  assert.equal((await run).outcome, "collector-lost");
});

/** Closes the collector; resolves when the processor has noticed and knocks at its door again. */
async function closeCollector(t: TestContext, { results }: BareNeighbours): Promise<void> {
  const address = results.lastEndpoint!;
  const isFree = new Promise((resolve) => results.events.on("close", resolve)); // unbind returns a little earlier
  await results.unbind(address);
  await isFree;
  const silent = createServer().listen(Number(address.split(":").pop()), "127.0.0.1");
  t.after(() => silent.close());
  const knock = once(silent, "connection") as Promise<[NetSocket]>;
  results.close();
  const [connection] = await knock;
  t.after(() => connection.destroy());
}

test("the collector goes before the leave is taken", options, async (t) => {
  const { neighbours, run } = await running(t);
  await neighbours.start();
  await neighbours.sendTask("first");
  await neighbours.nextResult();
  await closeCollector(t, neighbours);
  await neighbours.sendEnd();
  const { outcome, durationMs } = await run;
  assert.equal(outcome, "collector-lost");
  assert.ok(durationMs < 30_000, `${durationMs}`);
});

test("a stop before it begins opens nothing", options, async () =>
  assert.equal((await taskProcessorAgent({ signal: AbortSignal.abort() })).outcome, "stopped"),
);

test("a stop while it waits for the collector, and for START", options, async (t) => {
  const alone = await running(t, { resultCollectorAddr: "tcp://127.0.0.1:1" });
  await stopAndCheck(alone);
  const ready = await running(t);
  await ready.neighbours.control.receive();
  await stopAndCheck(ready);
});

test("a stop while it waits for a task", options, async (t) => {
  const agent = await running(t);
  await agent.neighbours.start();
  await agent.witness.heard("started");
  assert.equal((await stopAndCheck(agent)).tasksDone, 0);
});

test("a stop ends it at once although its work ignores the signal", options, async (t) => {
  const agent = await running(t, { work: () => new Promise<never>(() => {}) });
  await agent.neighbours.start();
  await agent.neighbours.sendTask("endless");
  await agent.witness.heard("task-started");
  const summary = await stopAndCheck(agent);
  assert.deepEqual([summary.tasksDone, summary.tasksFailed], [0, 0]);
});

test("a stop while the collector takes nothing", options, async (t) => {
  const agent = await running(t, { highWaterMark: 1, work: () => "x".repeat(500_000) });
  await agent.neighbours.start();
  for (let n = 0; n < 100; n++) await agent.neighbours.sendTask(n);
  await agent.witness.heard("task-started", ({ data }) => data === 10);
  await stopAndCheck(agent);
});

test(
  "the tutorial's work takes its time: the longer, the higher the worker's number",
  options,
  async (t) => {
    const { neighbours, witness } = await running(t, { workerId: "2", workMs: undefined });
    await neighbours.start();
    await neighbours.sendTask("x");
    const { at } = await witness.heard("task-done");
    const took = at - witness.all("task-started")[0]!.at;
    assert.ok(took >= 699 && took < 20_000, `${took}`);
  },
);

const wrong: [given: object, name: string, message: RegExp][] = [
  [
    { workerId: "" },
    "TypeError",
    /^Cannot use workerId .*1 to 200 characters: current value is ""$/,
  ],
  [{ workerId: 1 }, "TypeError", /^Cannot use workerId .*current value is 1$/],
  [{ workerId: "x".repeat(201) }, "TypeError", /^Cannot use workerId /],
  [{ workMs: -1 }, "RangeError", /^Cannot use workMs .*is -1$/],
  [{ highWaterMark: 1.5 }, "RangeError", /^Cannot use highWaterMark .*is 1\.5$/],
  [{ controlSyncAddr: "x" }, "TypeError", /^Cannot use controlSyncAddr .*is "x"$/],
  [{ resultCollectorAddr: "x" }, "TypeError", /^Cannot use resultCollectorAddr .*is "x"$/],
  [
    { resultCollectorAddr: "tcp://127.0.0.1:*" },
    "TypeError",
    /^Cannot connect resultCollectorAddr as \* is only for those who bind/,
  ],
];

for (const [given, name, message] of wrong)
  test(`refuses ${JSON.stringify(given).slice(0, 60)}`, options, () =>
    assert.rejects(taskProcessorAgent(given), { name, message }),
  );

test("any name will do for a worker", options, async (t) => {
  for (const workerId of ["-10", "Infinity", "1e9", "ä b"]) {
    const agent = await running(t, { workerId, workMs: undefined });
    assert.equal((await stopAndCheck(agent)).workerId, workerId);
  }
});
