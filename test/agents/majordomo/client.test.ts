import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  majordomoClientAgent,
  type MajordomoClientOptions,
} from "../../../src/agents/majordomo/client";
import type { MajordomoClientEvent } from "../../../src/agents/majordomo/events";
import { createRefusal, type Attempt, type RefusalName } from "../../../src/messages/dead-letter";
import { encodeFrame } from "../../../src/messages/frame";
import { encodeWorkerCommand, type Dialect } from "../../../src/messages/majordomo";
import { createFailedResult, createResultMessage } from "../../../src/messages/result-message";
import { freePort } from "../../free-port";
import { Witness } from "../bare-peers";
import { LeapingClock } from "../leaping-clock";
import { Program } from "../programs";
import { BareBroker, type Asked } from "./bare-broker";

const options = { timeout: 240_000 };
const program = { timeout: 480_000 };
const boom = createFailedResult(new RangeError("boom"));
/** Long enough never to come in these tests. */
const long = 60_000;

/** A running client of a bare broker, stopped when the test is over. */
async function running(t: TestContext, given: MajordomoClientOptions = {}) {
  const broker = await BareBroker.bound(t);
  return { broker, ...start(t, { brokerAddr: broker.address, ...given }) };
}

function start(t: TestContext, given: MajordomoClientOptions) {
  const witness = new Witness<MajordomoClientEvent>();
  const stop = new AbortController();
  const run = majordomoClientAgent({
    tasks: 1,
    replyTimeoutMs: long,
    heartbeatMs: long,
    onEvent: witness.onEvent,
    signal: stop.signal,
    ...given,
  });
  run.catch(() => {});
  t.after(() => stop.abort());
  return { witness, stop, run };
}

const dataOf = (asked: Asked[]) => asked.map(({ task }) => task.data);
const triedBy = ({ worker, reason, started }: Attempt) => [worker, reason, started];
const types = (witness: Witness<MajordomoClientEvent>) => witness.events.map(({ type }) => type);

test("sends every task and is complete when each has its result", options, async (t) => {
  const { broker, witness, run } = await running(t, { tasks: 3, service: "echo" });
  const asked = await broker.take(3);
  assert.deepEqual(dataOf(asked), ["Task_1_payload", "Task_2_payload", "Task_3_payload"]);
  assert.deepEqual([...new Set(asked.map(({ service }) => service))], ["echo"]);
  assert.deepEqual([...new Set(asked.map(({ dialect }) => dialect))], ["0.2"]);
  assert.ok(asked.every(({ body }) => body.length === 1));
  assert.match(String(asked[0]!.client), /^Client-[0-9a-f]{8}$/);
  for (const [index, worker] of [2, 1, 0].entries())
    await broker.answer(asked[worker]!, `answer ${index}`, index === 0 ? "9" : "7");
  const { results, durationMs, ...summary } = await run;
  assert.deepEqual(summary, {
    outcome: "complete",
    tasksSent: 3,
    deadLetters: [],
    cancelled: 0,
    unanswered: 0,
    byWorker: { 9: 1, 7: 2 },
    retried: 0,
    resent: 0,
    duplicates: 0,
    framesRejected: 0,
  });
  assert.deepEqual(
    results.map(({ task_id, result_data }) => [task_id, result_data]),
    [2, 1, 0].map((n, index) => [asked[n]!.task.task_id, `answer ${index}`]),
  );
  assert.ok(durationMs > 0);
  assert.deepEqual(types(witness), [
    "connected",
    ...Array<string>(3).fill("task-sent"),
    ...Array<string>(3).fill("result-received"),
    "finished",
  ]);
  assert.ok(witness.events.every(({ agent }) => agent === "Client"));
});

test("no more than maxOutstanding are on their way, or made", options, async (t) => {
  let made = 0;
  const given = { tasks: 12, maxOutstanding: 3, createData: () => ++made };
  const { broker, witness, run } = await running(t, given);
  const held = await broker.take(3);
  for (let ended = 0; ended < 12; ended++) {
    assert.equal(witness.all("task-sent").length, Math.min(3 + ended, 12));
    assert.equal(made, Math.min(3 + ended, 12));
    await broker.answer(held.shift()!);
    if (ended < 9) held.push(await broker.next());
  }
  assert.equal((await run).results.length, 12);
});

test("a task that waits for its next try keeps its place in the window", options, async (t) => {
  const { broker, run } = await running(t, { tasks: 2, maxOutstanding: 1, backoffMs: 50 });
  const [first] = await broker.take(1);
  await broker.answer(first!, boom);
  const again = await broker.next();
  assert.deepEqual(again.task, first!.task);
  await broker.answer(again);
  await broker.answer(await broker.next());
  assert.deepEqual(
    (await run).results.map(({ result_data }) => result_data),
    ["done", "done"],
  );
});

test("a second answer is heard, and ignored", options, async (t) => {
  const { broker, witness, run } = await running(t, { tasks: 2 });
  const [first, second] = await broker.take(2);
  await broker.answer(first!, "one");
  await broker.answer(first!, "two", "2");
  await broker.partial(first!, "three", "3");
  await broker.answer(second!);
  const { results, duplicates, byWorker } = await run;
  assert.deepEqual(
    results.map(({ result_data }) => result_data),
    ["one", "done"],
  );
  assert.deepEqual([duplicates, byWorker], [2, { 1: 2 }]);
  assert.deepEqual(
    witness.all("duplicate-received").map(({ taskId, workerId }) => [taskId, workerId]),
    ["2", "3"].map((worker) => [first!.task.task_id, worker]),
  );
});

test("partial answers are passed on, the final one ends the task", options, async (t) => {
  const { broker, witness, run } = await running(t);
  const asked = await broker.next();
  await broker.partial(asked, "Once");
  await broker.partial(asked, "upon");
  await broker.answer(asked, "a time");
  assert.equal((await run).results.length, 1);
  assert.deepEqual(
    witness.all("partial-received").map(({ part, workerId }) => [part, workerId]),
    [
      ["Once", "1"],
      ["upon", "1"],
    ],
  );
});

test("a failed task is tried again, in the end it is a dead letter", options, async (t) => {
  const { broker, witness, run } = await running(t, { tasks: 2, backoffMs: 20 });
  const [poison, other] = await broker.take(2);
  await broker.answer(other!, boom, "2");
  await broker.answer(await broker.next());
  await broker.answer(poison!, boom, "1");
  await broker.answer(await broker.next(), boom, "2");
  await broker.answer(await broker.next(), boom, "3");
  const { outcome, results, deadLetters, retried } = await run;
  assert.deepEqual([outcome, results.length, retried], ["complete", 1, 3]);
  assert.equal(results[0]!.task_id, other!.task.task_id);
  const [{ task, error, attempts }] = deadLetters as [(typeof deadLetters)[0]];
  assert.deepEqual([deadLetters.length, task, error], [1, poison!.task, boom.error]);
  assert.deepEqual(
    attempts.map(triedBy),
    ["1", "2", "3"].map((worker) => [worker, "RangeError: boom", true]),
  );
  assert.deepEqual(
    witness.all("task-retried").map(({ inMs }) => inMs),
    [20, 20, 40],
  );
  assert.deepEqual(
    witness.all("dead-letter").map(({ deadLetter }) => deadLetter),
    deadLetters,
  );
});

test("a try comes after its pause", options, async (t) => {
  const { broker, witness, run } = await running(t, { backoffMs: 150 });
  await broker.answer(await broker.next(), boom);
  const again = await broker.next();
  const { at } = witness.all("task-retried")[0]!;
  const pauseMs = performance.timeOrigin + performance.now() - at;
  assert.ok(pauseMs >= 150, `${pauseMs} ms`);
  await broker.answer(again);
  await run;
});

const refuse = (broker: BareBroker, asked: Asked, name: RefusalName) => {
  const attempts = [{ at: 1, worker: "w", reason: "disconnected", started: true }];
  const refusal = createRefusal(asked.task.task_id, { name, message: "no", attempts }, 0);
  return broker.send(asked, "final", [encodeFrame(refusal)]);
};

test(
  "what the broker refuses is a dead letter at once, unless it was overloaded",
  options,
  async (t) => {
    const { broker, run } = await running(t, { tasks: 3, backoffMs: 0 });
    const [one, two, three] = await broker.take(3);
    await refuse(broker, one!, "DeadLetter");
    await refuse(broker, two!, "ServiceUnavailable");
    await refuse(broker, three!, "Overloaded");
    const again = await broker.next();
    assert.deepEqual(again.task, three!.task);
    await broker.answer(again);
    const { outcome, results, deadLetters, retried } = await run;
    assert.deepEqual([outcome, results.length, retried], ["complete", 1, 1]);
    assert.deepEqual(
      deadLetters.map(({ task, error, attempts }) => [task, error.name, attempts[0]!.worker]),
      [
        [one!.task, "DeadLetter", "w"],
        [two!.task, "ServiceUnavailable", "w"],
      ],
    );
  },
);

test("a silent broker: a new connection, and all that is unanswered again", options, async (t) => {
  const time = new LeapingClock();
  const { broker, witness, run } = await running(t, { tasks: 3, clock: time.now });
  broker.answersPings = false;
  const [one, two, three] = await broker.take(3);
  await broker.answer(two!);
  await witness.heard("result-received");
  const resent = broker.take(2);
  time.leap(long / 2);
  await broker.pinged(1);
  time.leap(long / 2);
  const again = await resent;
  assert.deepEqual(dataOf(again), dataOf([one!, three!]));
  assert.ok(again.every(({ client }) => !client.equals(one!.client)));
  for (const asked of again) await broker.answer(asked);
  const { outcome, results, duplicates, ...summary } = await run;
  assert.deepEqual([outcome, results.length, summary.resent, duplicates], ["complete", 3, 2, 0]);
  const { silentMs } = witness.all("broker-silent")[0]!;
  assert.ok(silentMs >= long, `${silentMs} ms`);
  assert.deepEqual(
    witness.all("tasks-resent").map(({ tasks, reason }) => [tasks, reason]),
    [[2, "the broker was silent"]],
  );
});

test("after so many silences in a row the broker is lost", options, async (t) => {
  const time = new LeapingClock();
  const patience = { retries: 3, backoffMs: 9 * long, maxBackoffMs: 9 * long };
  const given = { tasks: 2, ...patience, clock: time.now };
  const { broker, witness, run } = await running(t, given);
  const [one, two] = await broker.take(2);
  await broker.answer(one!, boom);
  await witness.heard("task-retried");
  for (let silences = 1; silences < 3; silences++) {
    time.leap(long);
    await witness.heard("tasks-resent", () => witness.all("tasks-resent").length === silences);
  }
  time.leap(long);
  const { outcome, results, deadLetters, unanswered, resent } = await run;
  assert.deepEqual([outcome, results, unanswered, resent], ["broker-lost", [], 0, 2]);
  const message = `no answer from the broker at ${broker.address}`;
  assert.deepEqual(
    deadLetters.map(({ task, error, attempts }) => [task, error, attempts.map(triedBy)]),
    [
      [two!.task, { name: "BrokerLost", message }, [["broker", message, false]]],
      [one!.task, { name: "BrokerLost", message }, [["1", "RangeError: boom", true]]],
    ],
  );
  assert.equal(witness.all("broker-silent").length, 2);
  assert.equal(witness.all("dead-letter").length, 2);
});

test("a broker that tells it lives is given all the time it needs", options, async (t) => {
  const patience = { heartbeatMs: 250, replyTimeoutMs: 2000, retries: 1 };
  const { broker, run } = await running(t, { service: "echo", ...patience });
  const asked = await broker.next();
  const serving = broker.serve(() => assert.fail("nothing is sent again"));
  await broker.pinged(9); // 250 ms apart: longer than it may be silent
  await broker.answer(asked);
  const { outcome, resent, framesRejected } = await run;
  assert.deepEqual([outcome, resent, framesRejected], ["complete", 0, 0]);
  assert.deepEqual([...new Set(broker.pings)], ["echo"]);
  broker.close();
  await serving;
});

test("nobody is asked for a sign of life while nothing is unanswered", options, async (t) => {
  const time = new LeapingClock();
  const patience = { retries: 1, backoffMs: 9 * long, maxBackoffMs: 9 * long };
  const { broker, witness, run } = await running(t, { ...patience, clock: time.now });
  await broker.answer(await broker.next(), boom);
  await witness.heard("task-retried");
  for (const leapMs of [long / 2, long, 9 * long]) {
    time.leap(leapMs);
    await time.lookedAt(5); // it looks once each time that it wakes up
  }
  await broker.answer(await broker.next());
  assert.equal((await run).outcome, "complete");
  assert.deepEqual(broker.pings, []);
});

test("a client that was held up reads what has come before it judges", options, async (t) => {
  const time = new LeapingClock();
  const { broker, run } = await running(t, { retries: 1, clock: time.now });
  const asked = await broker.next();
  await broker.answer(asked);
  holdUp(1000); // libzmq brings the answer meanwhile
  time.leap(long);
  assert.equal((await run).outcome, "complete");
});

/** Holds the process up in the middle of a turn of the event loop, when what has arrived was read already. */
function holdUp(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("it does so although it was held up just before it judges", options, async (t) => {
  const time = new LeapingClock();
  const { broker, run } = await running(t, { retries: 1, clock: time.now });
  const asked = await broker.next();
  await new Promise(setImmediate);
  setImmediate(() => {
    holdUp(100); // the time at which it looks up is over: it does so in the next turn
    setImmediate(() => {
      void broker.answer(asked);
      holdUp(1000); // libzmq brings the answer meanwhile
      time.leap(long);
    });
  });
  assert.equal((await run).outcome, "complete");
});

test("a broker that was restarted gets all that is unanswered, at once", options, async (t) => {
  const { broker, witness, run } = await running(t, { tasks: 4, maxOutstanding: 3 });
  const [one, two, three] = await broker.take(3);
  await broker.answer(two!);
  assert.deepEqual(dataOf(await broker.take(1)), ["Task_4_payload"]);
  const { address } = broker;
  await broker.leave();
  const next = await BareBroker.bound(t, address);
  const again = await next.take(3);
  assert.deepEqual(dataOf(again), [...dataOf([one!, three!]), "Task_4_payload"]);
  for (const asked of again) await next.answer(asked);
  const { outcome, results, resent, duplicates } = await run;
  assert.deepEqual([outcome, results.length, resent, duplicates], ["complete", 4, 3, 0]);
  assert.deepEqual(
    witness.all("tasks-resent").map(({ tasks, reason }) => [tasks, reason]),
    [[3, "the connection was lost"]],
  );
  assert.equal(witness.all("connected").length, 2);
});

test(
  "a task that is made while the broker is away goes out when it is back",
  options,
  async (t) => {
    let letGo = () => {};
    const isHeldUp = new Promise<void>((resolve) => (letGo = resolve));
    const createData = (n: number) => (n === 2 ? isHeldUp.then(() => n) : n);
    const { broker, witness, run } = await running(t, {
      tasks: 3,
      createData,
      peerTimeoutMs: long,
    });
    await broker.answer(await broker.next());
    await witness.heard("result-received");
    const { address } = broker;
    await broker.leave();
    letGo();
    const next = await BareBroker.bound(t, address);
    void next.serve((asked) => next.answer(asked));
    const { outcome, results } = await run;
    assert.deepEqual([outcome, results.length], ["complete", 3]);
  },
);

test("a broker that stays away is lost", options, async (t) => {
  const { broker, run } = await running(t, { tasks: 2, peerTimeoutMs: 200 });
  const [one] = await broker.take(2);
  await broker.answer(one!, boom);
  broker.close();
  const closedAt = performance.now();
  const { outcome, deadLetters, unanswered } = await run;
  assert.deepEqual([outcome, unanswered, deadLetters.length], ["broker-lost", 0, 2]);
  assert.match(deadLetters[0]!.error.message, /^the broker at tcp:.* has been gone for 200 ms$/);
  assert.ok(performance.now() - closedAt < 20_000);
});

test("a broker that goes while nothing is left to answer is lost, too", options, async (t) => {
  const createData = (n: number) => (n === 1 ? n : new Promise<never>(() => {}));
  const given = { tasks: 2, peerTimeoutMs: 100, createData };
  const { broker, witness, run } = await running(t, given);
  await broker.answer(await broker.next());
  await witness.heard("result-received");
  broker.close();
  const { outcome, tasksSent, results, deadLetters } = await run;
  assert.deepEqual(
    [outcome, tasksSent, results.length, deadLetters.length],
    ["broker-lost", 1, 1, 0],
  );
});

test("a broker that never comes is an error that names it", options, async (t) => {
  const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
  const { run, witness } = start(t, { brokerAddr, startTimeoutMs: 100 });
  await assert.rejects(run, {
    message: `Waited 100 ms in vain for the broker at ${brokerAddr}. Is it running, and is that its address?`,
  });
  assert.deepEqual(witness.events, []);
});

test("until the broker came once, only startTimeoutMs counts", options, async (t) => {
  const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
  const time = new LeapingClock();
  const { run } = start(t, { brokerAddr, peerTimeoutMs: 300, retries: 1, clock: time.now });
  time.leap(2 * long);
  await delay(600); // twice the time for which one that was there may be gone
  const broker = await BareBroker.bound(t, brokerAddr);
  await broker.answer(await broker.next());
  assert.equal((await run).outcome, "complete");
});

test("a broker that is known to be away is not silent", options, async (t) => {
  const time = new LeapingClock();
  const patience = { retries: 1, peerTimeoutMs: long, clock: time.now };
  const { broker, witness, run } = await running(t, patience);
  await broker.next();
  const { address } = broker;
  await broker.leaveAndBeMissed(t);
  time.leap(2 * long);
  await time.lookedAt(5); // it looks once each time that it wakes up
  const next = await BareBroker.bound(t, address);
  await next.answer(await next.next());
  assert.equal((await run).outcome, "complete");
  assert.deepEqual(witness.all("broker-silent"), []);
});

test(
  "a try that is due while the broker is away waits for it, and goes out once",
  options,
  async (t) => {
    const time = new LeapingClock();
    const patience = { backoffMs: long, maxBackoffMs: long, peerTimeoutMs: long };
    const { broker, witness, run } = await running(t, { ...patience, clock: time.now });
    await broker.answer(await broker.next(), boom);
    await witness.heard("task-retried");
    const { address } = broker;
    await broker.leaveAndBeMissed(t);
    time.leap(long);
    await time.lookedAt(5); // it looks once each time that it wakes up
    const next = await BareBroker.bound(t, address);
    await next.answer(await next.next());
    const { outcome, retried, resent, duplicates } = await run;
    assert.deepEqual([outcome, retried, resent, duplicates], ["complete", 1, 0, 0]);
  },
);

test("malformed frames are refused, and the client lives on", options, async (t) => {
  const { broker, witness, run } = await running(t, { tasks: 2 });
  const [asked, other] = (await broker.take(2)) as [Asked, Asked];
  await broker.raw(asked.client, [Buffer.from("hello")]);
  await broker.raw(asked.client, encodeWorkerCommand("0.2", { type: "disconnect" }));
  await broker.raw(asked.client, [Buffer.from("MDPC02"), Buffer.of(9), Buffer.from("work")]);
  await broker.send(asked, "final", [Buffer.from("{")]);
  await broker.send(asked, "final", [Buffer.of(0xff)]);
  await broker.answer(asked);
  await broker.raw(asked.client, [Buffer.from("hello")]);
  await broker.send(asked, "partial", [Buffer.from("{")]);
  await broker.answer(other);
  const { results, framesRejected, retried } = await run;
  assert.deepEqual([results.length, framesRejected, retried], [2, 7, 0]);
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    [
      ...["wrong-shape", "wrong-shape", "wrong-shape", "not-json", "not-utf8"],
      ...["wrong-shape", "not-json"],
    ],
  );
});

/** Answers that a client of 1000 bytes a frame cannot use. */
const unusable: [what: string, answer: (asked: Asked) => Buffer, reason: string][] = [
  [
    "a result that is too large",
    ({ task }) => encodeFrame(createResultMessage(task.task_id, "x".repeat(1000), "1", 0)),
    "no usable answer: 1097 bytes, the limit is 1000",
  ],
  ["plain text", () => Buffer.from("1"), "no usable answer: Invalid input"],
];

for (const [what, answer, reason] of unusable) {
  test(`${what}, with one task on its way: that try has failed`, options, async (t) => {
    const given = { maxFrameBytes: 1000, maxAttempts: 2, backoffMs: 0 };
    const { broker, run } = await running(t, given);
    for (let n = 0; n < 2; n++) {
      const asked = await broker.next();
      await broker.send(asked, "final", [answer(asked)]);
    }
    const { outcome, deadLetters, framesRejected } = await run;
    assert.deepEqual([outcome, deadLetters.length, framesRejected], ["complete", 1, 2]);
    const { error, attempts } = deadLetters[0]!;
    assert.equal(error.name, "NoAnswer");
    assert.ok(error.message.startsWith(reason), error.message);
    assert.deepEqual(attempts.map(triedBy), Array(2).fill(["unknown", error.message, false]));
  });
}

test(
  "an unusable answer that says whose it is ends that try, whatever else is on its way",
  options,
  async (t) => {
    const { broker, witness, run } = await running(t, {
      tasks: 2,
      maxFrameBytes: 1000,
      backoffMs: 0,
    });
    const [one, two] = (await broker.take(2)) as [Asked, Asked];
    await broker.send(two, "final", [unusable[0]![1](two)]);
    const { taskId, attempt } = await witness.heard("task-retried");
    assert.equal(taskId, two.task.task_id);
    assert.match(attempt.reason, /no usable answer: 1097 bytes/);
    await broker.answer(one);
    await broker.answer(await broker.next());
    const { results, duplicates } = await run;
    assert.deepEqual([results.length, duplicates, broker.cancels], [2, 0, []]);
  },
);

test(
  "plain text, with several on their way: only time can tell, and the task is taken back",
  options,
  async (t) => {
    const time = new LeapingClock();
    const patience = { replyTimeoutMs: Infinity, taskTimeoutMs: long, backoffMs: 0 };
    const given = { tasks: 2, maxFrameBytes: 1000, ...patience, clock: time.now };
    const { broker, witness, run } = await running(t, given);
    const [one, two] = (await broker.take(2)) as [Asked, Asked];
    await broker.send(two, "final", [Buffer.from("1")]);
    await witness.heard("frame-rejected");
    await broker.answer(one);
    await witness.heard("result-received");
    time.leap(long);
    const again = await broker.next();
    assert.deepEqual(again.task, two.task);
    assert.deepEqual(broker.cancels, [two.task.task_id]);
    await broker.answer(again);
    const { outcome, results, resent } = await run;
    assert.deepEqual([outcome, results.length, resent], ["complete", 2, 0]);
    const { attempt, at } = witness.all("task-retried").at(-1)!;
    assert.deepEqual(triedBy(attempt), ["unknown", `no answer within ${long} ms`, false]);
    assert.ok(at - two.task.timestamp >= long, `${at - two.task.timestamp} ms`);
  },
);

test("who never gets an answer says so in the end", options, async (t) => {
  const time = new LeapingClock();
  const patience = { taskTimeoutMs: long / 10, backoffMs: 0, maxAttempts: 2 };
  const { broker, run } = await running(t, { ...patience, clock: time.now });
  const first = await broker.next();
  time.leap(long / 10);
  assert.deepEqual((await broker.next()).task, first.task);
  time.leap(long / 10);
  const { outcome, deadLetters, retried } = await run;
  assert.deepEqual([outcome, deadLetters.length, retried], ["complete", 1, 1]);
  const { error, attempts } = deadLetters[0]!;
  assert.deepEqual(error, { name: "NoAnswer", message: `no answer within ${long / 10} ms` });
  assert.equal(attempts.length, 2);
});

for (const dialect of ["0.1", "0.2-delimited"] as Dialect[])
  test(`speaks MDP ${dialect}`, options, async (t) => {
    const { broker, run } = await running(t, { tasks: 2, dialect });
    const asked = await broker.take(2);
    assert.ok(asked.every((request) => request.dialect === dialect && request.service === "work"));
    if (dialect !== "0.1") await broker.partial(asked[0]!, "half");
    for (const request of asked) await broker.answer(request);
    const { outcome, results, framesRejected } = await run;
    assert.deepEqual([outcome, results.length, framesRejected], ["complete", 2, 0]);
  });

test("in the dialect without signs of life only an answer is one", options, async (t) => {
  const time = new LeapingClock();
  const given = { dialect: "0.2-delimited" as Dialect, retries: 1, clock: time.now };
  const { broker, run } = await running(t, given);
  await broker.next();
  void broker.serve(() => assert.fail("nothing is sent again")).catch(() => {});
  time.leap(long / 2);
  await time.lookedAt(5); // it looks once each time that it wakes up
  time.leap(long / 2);
  assert.equal((await run).outcome, "broker-lost");
  assert.deepEqual(broker.pings, []);
});

/** Moments at which to stop a client: what it is given, and what has happened by then. */
const moments: Record<string, [MajordomoClientOptions, (broker: BareBroker) => Promise<unknown>]> =
  {
    "at once": [{}, () => Promise.resolve()],
    "with tasks unanswered": [{ tasks: 5 }, (broker) => broker.take(5)],
    "with a full window": [{ tasks: 5, maxOutstanding: 2 }, (broker) => broker.take(2)],
    "in a pause": [{ tasks: 5, taskDelayMs: long }, (broker) => broker.next()],
    "while data is made": [
      { tasks: 5, createData: (n) => (n === 1 ? n : new Promise<never>(() => {})) },
      (broker) => broker.next(),
    ],
  };

for (const [moment, [given, happen]] of Object.entries(moments))
  test(`stopped ${moment}, it ends at once`, options, async (t) => {
    const { broker, witness, stop, run } = await running(t, given);
    await happen(broker);
    const stoppedAt = performance.now();
    stop.abort();
    const { outcome, tasksSent, unanswered, results, deadLetters } = await run;
    const stopMs = performance.now() - stoppedAt;
    assert.ok(stopMs < 20_000, `it took ${stopMs} ms`);
    assert.deepEqual([outcome, results, deadLetters], ["stopped", [], []]);
    assert.equal(unanswered, tasksSent);
    assert.equal(witness.events.at(-1)!.type, "finished");
  });

test("stopped before a task's next try, the task is unanswered", options, async (t) => {
  const given = { backoffMs: long, maxBackoffMs: long };
  const { broker, witness, stop, run } = await running(t, given);
  await broker.answer(await broker.next(), boom);
  await witness.heard("task-retried");
  stop.abort();
  const { outcome, unanswered, deadLetters } = await run;
  assert.deepEqual([outcome, unanswered, deadLetters], ["stopped", 1, []]);
});

test("stopped while nobody is there, or before it began, it returns", options, async (t) => {
  const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
  const { stop, run } = start(t, { brokerAddr });
  stop.abort();
  assert.equal((await run).outcome, "stopped");
  const summary = await majordomoClientAgent({ brokerAddr, signal: AbortSignal.abort() });
  assert.deepEqual([summary.outcome, summary.tasksSent], ["stopped", 0]);
});

test("no tasks: complete, without a broker", options, async (t) => {
  const { witness, run } = start(t, { tasks: 0, brokerAddr: "tcp://127.0.0.1:1" });
  assert.equal((await run).outcome, "complete");
  assert.deepEqual(types(witness), ["finished"]);
});

test("what a caller's function throws ends the client", options, async (t) => {
  const thrower = () => {
    throw new Error("boom");
  };
  const later = async (n: number) => (n < 3 ? n : Promise.reject(new Error("boom")));
  const onSending = ({ type }: { type: string }) => type === "task-sent" && thrower();
  const onConnecting = ({ type }: { type: string }) => type === "connected" && thrower();
  for (const given of [
    { createData: thrower },
    { createData: later, tasks: 5 },
    { isRetryable: thrower },
    { onEvent: onSending },
    { onEvent: onConnecting },
  ]) {
    const { broker, run } = await running(t, given);
    void broker.serve((asked) => broker.answer(asked, boom)).catch(() => {});
    await assert.rejects(run, /^Error: boom$/);
    broker.close();
  }
});

test("a task that cannot be encoded ends the client", options, async (t) => {
  const tooLarge = await running(t, { createData: () => "x".repeat(500), maxFrameBytes: 400 });
  await assert.rejects(tooLarge.run, /^RangeError: Cannot send .* the limit is 400$/);
  const noJson = await running(t, { createData: () => NaN });
  await assert.rejects(noJson.run, /^TypeError: Cannot send "data" as JSON: it is NaN/);
});

const mistakes: [given: object, complaint: RegExp][] = [
  [{ tasks: -1 }, /^RangeError: Cannot use tasks .* -1$/],
  [{ maxOutstanding: 0 }, /^RangeError: Cannot use maxOutstanding .* 0$/],
  [{ retries: 0 }, /^RangeError: Cannot use retries .* 0$/],
  [{ maxAttempts: 0 }, /^RangeError: Cannot use maxAttempts .* 0$/],
  [{ backoffMs: NaN }, /^RangeError: Cannot use backoffMs .* NaN$/],
  [{ heartbeatMs: 0 }, /^RangeError: Cannot use heartbeatMs .* 0$/],
  [{ taskTimeoutMs: 0 }, /^RangeError: Cannot use taskTimeoutMs .* 1 to Infinity: .* 0$/],
  [{ replyTimeoutMs: 0 }, /^RangeError: Cannot use replyTimeoutMs .* 1 to Infinity: .* 0$/],
  [{ taskDelayMs: Infinity }, /^RangeError: Cannot use taskDelayMs .* Infinity$/],
  [{ service: "" }, /^TypeError: Cannot use service .* value is ""$/],
  [{ service: "mmi.service" }, /^TypeError: Cannot use service .* begin with mmi\./],
  [{ dialect: "0.3" }, /^TypeError: Cannot use dialect .* value is "0\.3"$/],
  [{ brokerAddr: "5555" }, /^TypeError: Cannot use brokerAddr .* value is "5555"$/],
  [{ brokerAddr: "tcp://*:5555" }, /^TypeError: Cannot connect brokerAddr/],
];

for (const [given, complaint] of mistakes)
  test(`a wrong option is named: ${JSON.stringify(given)}`, options, () =>
    assert.rejects(majordomoClientAgent({ ...given, startTimeoutMs: 1 }), complaint),
  );

test("as a program it finds the broker by its variable, and exits with 0", program, async (t) => {
  const broker = await BareBroker.bound(t);
  const flags = ["--tasks", "2", "--service", "echo"];
  const client = new Program(t, "majordomo/client", flags, { BROKER_ADDR: broker.address });
  for (const asked of await broker.take(2)) {
    assert.equal(asked.service, "echo");
    await broker.answer(asked);
  }
  assert.equal(await client.exit(), 0, client.stderr);
  assert.match(client.stdout, /^\[Client\] connected to the broker$/m);
  assert.match(client.stdout, /^\[Client\] complete: 2 results in \d+\.\d s \(Worker-1 2\)$/m);
  assert.equal(client.stderr, "");
});

test("as a program it says what is wrong, and what flags it has", program, async (t) => {
  const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
  const alone = ["--broker-addr", brokerAddr, "--start-timeout-ms", "50"];
  const programs = [["--help"], ["--max-outstanding", "0"], ["--dialect", "9"], alone].map(
    (flags) => new Program(t, "majordomo/client", flags),
  );
  assert.deepEqual(await Promise.all(programs.map((one) => one.exit())), [0, 1, 1, 1]);
  const [help, window, dialect, nobody] = programs;
  assert.match(help!.stdout, /dead letter[^]*--tasks[^]*--task-timeout-ms[^]*--reply-timeout-ms/);
  assert.match(window!.stderr, /^majordomo-client: Cannot use maxOutstanding .* value is 0\n$/);
  assert.match(dialect!.stderr, /Allowed choices are 0\.1, 0\.2, 0\.2-delimited/);
  assert.match(
    nobody!.stderr,
    /^majordomo-client: Waited 50 ms in vain for the broker at tcp:[^\n]*\n$/,
  );
});
