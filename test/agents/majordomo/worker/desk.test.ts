import assert from "node:assert/strict";
import { test } from "node:test";
import type { MajordomoWorkerOptions } from "../../../../src/agents/majordomo/worker/worker-options";
import type { Work, WorkContext } from "../../../../src/agents/work";
import { encodeFrame } from "../../../../src/messages/frame";
import type { FailedResult } from "../../../../src/messages/result-message";
import { createEndMessage, createTaskMessage } from "../../../../src/messages/task-message";
import { client, employ, Errand, resultOf } from "../broker-by-hand";

const options = { timeout: 240_000 };
const quiet: MajordomoWorkerOptions = { heartbeatMs: 60_000 };

test("a heartbeat goes out before the work begins", options, async (t) => {
  const errand = new Errand();
  const { broker, witness } = await employ(t, { ...quiet, work: errand.work });
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  await broker.next("heartbeat");
  await errand.hasBegun("a");
  const types = witness.events.map(({ type }) => type);
  assert.ok(types.indexOf("heartbeat-sent") < types.indexOf("task-started"));
  errand.finish();
  await broker.final();
});

test("heartbeats go on while the work runs", options, async (t) => {
  const errand = new Errand();
  const { broker } = await employ(t, { heartbeatMs: 50, liveness: 100, work: errand.work });
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  for (let n = 0; n < 5; n++) await broker.next("heartbeat");
  errand.finish("late");
  assert.equal((await broker.final()).result_data, "late");
});

test(
  "a broker that sends the busy no heartbeats has its answer all the same",
  options,
  async (t) => {
    const errand = new Errand();
    const given = { heartbeatMs: 200, liveness: 5, work: errand.work };
    const { broker, witness } = await employ(t, given);
    const { worker } = await broker.next("ready");
    await broker.request(worker, "a");
    broker.isAlive = false;
    for (let n = 0; n < 8; n++) await broker.next("heartbeat");
    errand.finish("whole");
    assert.equal((await broker.final()).result_data, "whole");
    await witness.heard("broker-silent"); // now that it has no request, silence counts
    assert.equal(witness.all("task-dropped").length, 0);
  },
);

test(
  "a broker that has spoken to the busy and stops is gone, and the task dropped",
  options,
  async (t) => {
    const errand = new Errand();
    const given = { heartbeatMs: 200, liveness: 5, reconnectMs: 1, work: errand.work };
    const { broker, witness } = await employ(t, given);
    const { worker } = await broker.next("ready");
    await broker.request(worker, "a");
    await errand.hasBegun("a");
    await broker.next("heartbeat");
    broker.isAlive = false;
    assert.match((await witness.heard("task-dropped")).reason, /the broker is gone/);
    assert.notEqual((await broker.next("ready")).worker, worker);
  },
);

const failures: [what: string, work: Work, name: string, message: RegExp][] = [
  ["throws", () => assert.fail("boom"), "AssertionError", /^boom$/],
  ["gives what JSON does not know", () => ({ n: NaN }), "TypeError", /NaN/],
  ["gives more than a frame holds", () => "x".repeat(6000), "RangeError", /limit is 5000/],
];

for (const [what, work, name, message] of failures)
  test(`work that ${what} is answered with a failed result`, options, async (t) => {
    const { broker, witness, run, stop } = await employ(t, { ...quiet, work, maxFrameBytes: 5000 });
    const { worker } = await broker.next("ready");
    const task = await broker.request(worker, "a");
    const { task_id, result_data } = await broker.final();
    assert.equal(task_id, task.task_id);
    assert.equal((result_data as unknown as FailedResult).error.name, name);
    assert.match((result_data as unknown as FailedResult).error.message, message);
    assert.equal((await witness.heard("task-done")).failed, true);
    stop.abort();
    const { tasksDone, tasksFailed } = await run;
    assert.deepEqual([tasksDone, tasksFailed], [1, 1]);
  });

const large = createTaskMessage("x".repeat(6000));
const bodies: [what: string, body: Buffer, code: string, reason: RegExp, taskId?: string][] = [
  ["that is not JSON", Buffer.from("{"), "not-json", /JSON/],
  ["that is not text", Buffer.of(0xff, 0xfe), "not-utf8", /UTF-8/],
  ["that is empty", Buffer.alloc(0), "not-json", /JSON/],
  ["that is another message", Buffer.from('{"a":1}'), "wrong-shape", /task_id/],
  ["that is too large", encodeFrame(large), "too-large", /limit is 5000/, large.task_id],
  ["END_OF_TASKS", encodeFrame(createEndMessage()), "wrong-shape", /END_OF_TASKS is no task/],
];

for (const [what, body, code, reason, taskId = "unknown"] of bodies)
  test(`a body ${what} is refused with an answer`, options, async (t) => {
    const { broker, witness, run, stop } = await employ(t, { ...quiet, maxFrameBytes: 5000 });
    const { worker } = await broker.next("ready");
    await broker.requestOf(worker, body);
    const final = await broker.next("final");
    assert.deepEqual(final.client, client);
    const { task_id, result_data, worker_id } = resultOf(final);
    assert.deepEqual([task_id, worker_id], [taskId, "1"]);
    assert.match((result_data as unknown as FailedResult).error.message, /^The request cannot be/);
    const event = await witness.heard("frame-rejected");
    assert.equal(event.code, code);
    assert.match(event.reason, reason);
    await broker.request(worker, "a");
    assert.equal((await broker.final()).result_data, "Result_for_(a)_by_Worker-1");
    stop.abort();
    const { tasksDone, tasksFailed, framesRejected } = await run;
    assert.deepEqual([tasksDone, tasksFailed, framesRejected], [1, 0, 1]);
  });

test("a body of more frames than the codec takes is refused", options, async (t) => {
  const { broker, witness } = await employ(t, quiet);
  const { worker } = await broker.next("ready");
  await broker.requestOf(worker, encodeFrame(createTaskMessage("a")), Buffer.from("more"));
  await broker.next("final");
  const { code, reason } = await witness.heard("frame-rejected");
  assert.deepEqual([code, reason], ["wrong-frames", "2 frames, where one is a whole message"]);
});

test("a second request before the answer is refused, the first goes on", options, async (t) => {
  const errand = new Errand();
  const { broker, witness } = await employ(t, { ...quiet, work: errand.work });
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  await errand.hasBegun("a");
  await broker.request(worker, "b");
  assert.match((await witness.heard("frame-rejected")).reason, /second request/);
  errand.finish("one");
  assert.equal((await broker.final()).result_data, "one");
  assert.deepEqual(errand.begun, ["a"]);
});

test("parts go ahead of the result, and none after it", options, async (t) => {
  let kept: WorkContext | undefined;
  const work: Work = (data, context) => {
    if (data === "again") kept!.sendPartial!("of a task that has ended");
    else kept = context;
    context.sendPartial!(1);
    context.sendPartial!({ two: 2 });
    return "whole";
  };
  const { broker } = await employ(t, { ...quiet, work });
  const { worker } = await broker.next("ready");
  for (const data of ["first", "again"]) {
    const task = await broker.request(worker, data);
    const parts = [await broker.next("partial"), await broker.next("partial")];
    assert.deepEqual(
      parts.map((part) => resultOf(part)).map((part) => [part.task_id, part.result_data]),
      [1, { two: 2 }].map((part) => [task.task_id, part]),
    );
    assert.deepEqual(parts[0]!.client, client);
    assert.equal((await broker.final()).result_data, "whole");
  }
});

test("a part that cannot be sent is an error of the work", options, async (t) => {
  const work: Work = (_, { sendPartial }) => {
    sendPartial!(Infinity);
    return null;
  };
  const { broker } = await employ(t, { ...quiet, work });
  await broker.request((await broker.next("ready")).worker, "a");
  assert.match(JSON.stringify((await broker.final()).result_data), /TypeError.*Infinity/);
});

test("dismissed, it drops the task and does not wait for it", options, async (t) => {
  let signal: AbortSignal | undefined;
  const work: Work = (data, context) => {
    if (data !== "hang") return "quick";
    signal = context.signal;
    return new Promise(() => {}); // ignores its signal
  };
  const { broker, witness, run, stop } = await employ(t, { ...quiet, work });
  const { worker } = await broker.next("ready");
  const task = await broker.request(worker, "hang");
  await broker.next("heartbeat");
  await witness.heard("task-started");
  await broker.say(worker, "disconnect");
  const again = await broker.next("ready");
  assert.ok(signal!.aborted);
  const { taskId, reason } = await witness.heard("task-dropped");
  assert.equal(taskId, task.task_id);
  assert.match(reason, /dismissed/);
  await broker.request(again.worker, "next");
  assert.equal((await broker.final()).result_data, "quick");
  stop.abort();
  const { tasksDone, tasksFailed, tasksDropped } = await run;
  assert.deepEqual([tasksDone, tasksFailed, tasksDropped], [1, 0, 1]);
});

test("a late result of a dropped task goes nowhere", options, async (t) => {
  const errand = new Errand();
  const { broker, witness, run, stop } = await employ(t, { ...quiet, work: errand.work });
  const { worker } = await broker.next("ready");
  await broker.request(worker, "a");
  await errand.hasBegun("a");
  await broker.next("heartbeat");
  await broker.say(worker, "disconnect");
  const again = await broker.next("ready");
  errand.finish("late");
  await broker.request(again.worker, "b");
  await errand.hasBegun("b");
  errand.finish("in time");
  assert.equal((await broker.final()).result_data, "in time");
  stop.abort();
  assert.equal((await run).tasksDone, 1);
  assert.equal(witness.all("task-done").length, 1);
});
