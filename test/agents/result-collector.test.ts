import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Context, Pull } from "zeromq";
import type { ResultCollectorEvent } from "../../src/agents/events";
import {
  resultCollectorAgent,
  type ResultCollectorOptions,
} from "../../src/agents/result-collector";
import { bindSocket } from "../../src/transport/sockets";
import { anyPort, BareSender, startAgent, Witness } from "./bare-peers";

const options = { timeout: 240_000 };

/** A running collector, stopped when the test is over. */
async function running(t: TestContext, given: ResultCollectorOptions = {}) {
  const witness = new Witness<ResultCollectorEvent>();
  const agent = startAgent(
    t,
    resultCollectorAgent,
    { resultCollectorAddr: anyPort, tasks: 2, workers: 1, ...given },
    witness,
  );
  const address = (await witness.heard("listening")).addresses[0]!;
  const sender = (workerId?: string) => new BareSender(t, address, workerId);
  return { ...agent, address, sender };
}

test("collects the results of two workers and both their leaves", options, async (t) => {
  const { run, witness, sender } = await running(t, { tasks: 3, workers: 2 });
  const [one, two] = [sender("1"), sender("2")];
  await one.result("a");
  await two.result("b", { error: { name: "Error", message: "boom" } });
  await one.result("c", [1]);
  await one.done();
  await two.done();
  const { results, durationMs, workersDone, ...summary } = await run;
  assert.deepEqual(summary, {
    outcome: "complete",
    missing: 0,
    failed: 1,
    byWorker: { 1: 2, 2: 1 },
    workersNotDone: [],
    duplicates: 0,
    parts: 0,
    framesRejected: 0,
  });
  assert.deepEqual(workersDone.sort(), ["1", "2"]);
  assert.deepEqual(results.map(({ task_id }) => task_id).sort(), ["a", "b", "c"]);
  assert.ok(durationMs > 0);
  assert.equal(witness.all("result-received").length, 3);
  assert.deepEqual(witness.all("result-received").filter(({ failed }) => failed).length, 1);
  assert.equal(witness.events.at(-1)?.type, "finished");
});

test("a leave before the last result ends nothing", options, async (t) => {
  const { run, sender } = await running(t, { tasks: 2, workers: 2 });
  const [early, late] = [sender("1"), sender("2")];
  await early.done();
  await late.done();
  await late.result("a");
  await late.result("b");
  assert.deepEqual([(await run).outcome, (await run).missing], ["complete", 0]);
});

test("a second result for a task does not count", options, async (t) => {
  const { run, sender, witness } = await running(t);
  const only = sender();
  await only.result("a", "first");
  await only.result("a", "second");
  await only.result("b");
  await only.done();
  const summary = await run;
  assert.deepEqual([summary.outcome, summary.duplicates], ["complete", 1]);
  assert.deepEqual(
    summary.results.map(({ result_data }) => result_data),
    ["first", "result of b"],
  );
  assert.equal(witness.all("result-received").length, 2);
});

test("garbage is refused with a reason, and the run goes on", options, async (t) => {
  const { run, sender, witness } = await running(t, { maxFrameBytes: 1000 });
  const only = sender();
  await only.socket.send("hello");
  await only.socket.send(["{}", Buffer.alloc(1001, 32), Buffer.from([0xff])]);
  await only.socket.send("");
  await only.result("a");
  await only.result("b");
  await only.done();
  const summary = await run;
  assert.deepEqual([summary.outcome, summary.framesRejected], ["complete", 5]);
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["not-json", "wrong-shape", "too-large", "not-utf8", "not-json"],
  );
});

test(
  "whoever sends a frame 16 times too large is hung up on; the others go on",
  options,
  async (t) => {
    const { run, sender, witness } = await running(t, { maxFrameBytes: 1000, workers: 1 });
    const [stranger, worker] = [sender("stranger"), sender()];
    await witness.heard("workers-connected", ({ connected }) => connected === 2);
    await stranger.socket.send(Buffer.alloc(16_001));
    await witness.heard("workers-connected", ({ connected }) => connected === 1);
    stranger.close();
    await worker.result("a");
    await worker.result("b");
    await worker.done();
    assert.equal((await run).outcome, "complete");
  },
);

test("a worker vanishes: what is missing, and who never reported done", options, async (t) => {
  const { run, sender } = await running(t, { tasks: 5, workers: 2 });
  const [honest, victim] = [sender("1"), sender("2")];
  await honest.result("a");
  await honest.done();
  await victim.result("b");
  honest.close();
  victim.close();
  const { outcome, missing, workersDone, workersNotDone, byWorker } = await run;
  assert.deepEqual([outcome, missing], ["workers-lost", 3]);
  assert.deepEqual([workersDone, workersNotDone], [["1"], ["2"]]);
  assert.deepEqual(byWorker, { 1: 1, 2: 1 });
});

test("names a worker that never sent anything, if it knows the names", options, async (t) => {
  const given = { tasks: 1, workers: 2, startTimeoutMs: 2000 };
  for (const [workerIds, names] of [
    [["1", "2"], ["2"]],
    [undefined, ["(never heard of)"]],
  ] as const) {
    const { run, sender } = await running(t, { ...given, workerIds });
    const only = sender("1");
    await only.result("a");
    await only.done();
    only.close();
    const summary = await run;
    assert.deepEqual([summary.outcome, summary.workersNotDone], ["workers-lost", names]);
  }
});

test("a worker that comes back within the peer timeout goes on", options, async (t) => {
  const { run, sender, witness } = await running(t, { peerTimeoutMs: 10_000 });
  const first = sender();
  await first.result("a");
  await witness.heard("result-received");
  first.close();
  await witness.heard("workers-connected", ({ connected }) => connected === 0);
  const again = sender();
  await again.result("b");
  await again.done();
  assert.equal((await run).outcome, "complete");
});

test("nobody ever comes: says so", options, async (t) => {
  const { run, address } = await running(t, { startTimeoutMs: 200 });
  await assert.rejects(run, {
    message: `No worker connected to ${address} within 200 ms. Are they running, and is that where they connect?`,
  });
});

test("one who comes and goes is not all of two workers", options, async (t) => {
  const { run, sender, witness } = await running(t, { tasks: 1, workers: 2, peerTimeoutMs: 50 });
  for (let visit = 1; visit <= 2; visit++) {
    const visitor = sender("early");
    await witness.heard("workers-connected", ({ connected }) => connected === 1);
    visitor.close();
    await witness.heard("workers-connected", ({ connected }) => connected === 0);
  }
  const workers = [sender("1"), sender("2")];
  await witness.heard("workers-connected", ({ connected }) => connected === 2);
  await workers[0]!.result("a");
  for (const worker of workers) await worker.done();
  assert.equal((await run).outcome, "complete");
});

test("a worker too many is welcome", options, async (t) => {
  const { run, sender, witness } = await running(t, { tasks: 3, workers: 2 });
  const senders = ["1", "2", "3"].map((id) => sender(id));
  await witness.heard("workers-connected", ({ connected }) => connected === 3);
  await Promise.all(senders.map((each) => each.result(`of ${each.workerId}`)));
  await senders[0]!.done();
  await senders[1]!.done();
  const summary = await run;
  assert.deepEqual([summary.outcome, summary.workersNotDone], ["complete", ["3"]]);
});

test("no tasks: it waits for the leaves alone", options, async (t) => {
  const { run, sender } = await running(t, { tasks: 0 });
  await sender().done();
  assert.equal((await run).outcome, "complete");
});

for (const moment of ["before anybody came", "in the middle"])
  test(`a stop ${moment}: the summary of what came so far, and a free port`, options, async (t) => {
    const { run, stop, address, sender, witness } = await running(t);
    if (moment === "in the middle") {
      await sender().result("a");
      await witness.heard("result-received");
    }
    const stoppedAt = performance.now();
    stop.abort();
    const summary = await run;
    assert.ok(performance.now() - stoppedAt < 20_000);
    const missing = moment === "in the middle" ? 1 : 2;
    assert.deepEqual([summary.outcome, summary.missing], ["stopped", missing]);
    const socket = new Pull({ context: new Context() });
    await bindSocket(socket, "anAddr", address).finally(() => socket.close());
  });

test("a stop before it begins, and while it binds", options, async () => {
  const stop = new AbortController();
  const run = resultCollectorAgent({ resultCollectorAddr: anyPort, signal: stop.signal });
  stop.abort();
  assert.equal((await run).outcome, "stopped");
  assert.equal((await resultCollectorAgent({ signal: stop.signal })).outcome, "stopped");
});

test("a taken port: which, and what to do", options, async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const taken = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(resultCollectorAgent({ resultCollectorAddr: taken }), (error: Error) =>
    error.message.startsWith(`Cannot bind resultCollectorAddr ${taken}: the port is taken`),
  );
});

const wrong: [given: object, name: string, message: RegExp][] = [
  [{ tasks: -1 }, "RangeError", /^Cannot use tasks .*is -1$/],
  [{ workers: 0 }, "RangeError", /^Cannot use workers .*is 0$/],
  [{ peerTimeoutMs: NaN }, "RangeError", /^Cannot use peerTimeoutMs .*is NaN$/],
  [{ resultCollectorAddr: "udp://x" }, "TypeError", /^Cannot use resultCollectorAddr .*is "udp/],
];

for (const [given, name, message] of wrong)
  test(`refuses ${JSON.stringify(given)}`, options, () =>
    assert.rejects(resultCollectorAgent(given), { name, message }),
  );
