import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { majordomoBrokerAgent } from "../../../../src/agents/majordomo/broker";
import {
  majordomoClientAgent,
  type MajordomoClientOptions,
} from "../../../../src/agents/majordomo/client";
import {
  DeadLetterError,
  type Ask,
  type Converse,
} from "../../../../src/agents/majordomo/client/ask";
import type {
  MajordomoBrokerEvent,
  MajordomoClientEvent,
  MajordomoWorkerEvent,
} from "../../../../src/agents/majordomo/events";
import { majordomoWorkerAgent } from "../../../../src/agents/majordomo/worker";
import type { MajordomoWorkerOptions } from "../../../../src/agents/majordomo/worker/worker-options";
import type { WorkContext } from "../../../../src/agents/work";
import type { Payload } from "../../../../src/messages/payload";
import { LONGEST_MS } from "../../../../src/transport/patience";
import { anyPort, Witness } from "../../bare-peers";
import { BareBroker } from "../bare-broker";

const options = { timeout: 240_000 };

/** A broker with a worker for "echo", which answers, fails or hangs as its task says; both end with the test. */
async function office(t: TestContext, given: MajordomoWorkerOptions = {}) {
  const [broker, worker] = [
    new Witness<MajordomoBrokerEvent>(),
    new Witness<MajordomoWorkerEvent>(),
  ];
  const stop = new AbortController();
  const { signal } = stop;
  const runs: Promise<unknown>[] = [];
  t.after(async () => {
    stop.abort();
    await Promise.allSettled(runs);
  });
  const patience = { heartbeatMs: 200, liveness: 500 };
  const brokerRun = majordomoBrokerAgent({
    brokerAddr: anyPort,
    ...patience,
    onEvent: broker.onEvent,
    signal,
  });
  runs.push(brokerRun);
  const brokerAddr = (await broker.heard("listening")).addresses[0]!;
  runs.push(
    majordomoWorkerAgent({
      brokerAddr,
      service: "echo",
      work,
      ...patience,
      leaveTimeoutMs: 0,
      onEvent: worker.onEvent,
      signal,
      ...given,
    }),
  );
  await broker.heard("worker-joined");
  const close = async () => {
    stop.abort();
    return brokerRun;
  };
  return { broker, worker, brokerAddr, close };
}

/** Answers in capitals, letter by letter before; fails at "boom"; hangs at "hang" until nobody waits for it. */
async function work(data: Payload, { signal, sendPartial }: WorkContext): Promise<Payload> {
  const text = data as string;
  if (text === "boom") throw new RangeError("boom");
  if (text.startsWith("hang")) await once(signal!, "abort");
  for (const letter of text) sendPartial!(letter);
  return text.toUpperCase();
}

function converse(t: TestContext, conversation: Converse, given: MajordomoClientOptions) {
  const witness = new Witness<MajordomoClientEvent>();
  const stop = new AbortController();
  const run = majordomoClientAgent({
    converse: conversation,
    heartbeatMs: 200,
    replyTimeoutMs: LONGEST_MS,
    taskTimeoutMs: LONGEST_MS,
    backoffMs: 0,
    onEvent: witness.onEvent,
    signal: stop.signal,
    ...given,
  });
  run.catch(() => {});
  t.after(async () => {
    stop.abort();
    await run.catch(() => {});
  });
  return { witness, stop, run };
}

/** Holds a wait until the test lets go. */
function gate<Value = void>() {
  let open!: (value: Value) => void;
  const opened = new Promise<Value>((resolve) => (open = resolve));
  return { open, opened };
}

const isAbout = (taskId: string) => (event: { taskId: string }) => event.taskId === taskId;

test("several asks at once: each has its own result, its parts in order", options, async (t) => {
  const { brokerAddr } = await office(t, { prefetch: 3, workerId: "7" });
  const answers: string[] = [];
  const parts: Record<string, string> = { one: "", two: "", three: "" };
  const { run } = converse(
    t,
    async (ask) => {
      const askFor = async (word: string) => {
        const onPart = (part: Payload, workerId: string) => {
          assert.equal(workerId, "7");
          parts[word] += part as string;
        };
        answers.push((await ask("echo", word, { onPart })).result_data as string);
      };
      await Promise.all(Object.keys(parts).map(askFor));
      answers.push((await ask("echo", answers.join("+"))).result_data as string);
    },
    { brokerAddr, maxOutstanding: 2 },
  );
  const { outcome, results, tasksSent, cancelled, deadLetters } = await run;
  assert.deepEqual([outcome, tasksSent, cancelled, deadLetters], ["complete", 4, 0, []]);
  assert.deepEqual(answers.slice(0, 3).toSorted(), ["ONE", "THREE", "TWO"]);
  assert.equal(answers[3], answers.slice(0, 3).join("+"));
  assert.equal(results.length, 4);
  assert.deepEqual(parts, { one: "one", two: "two", three: "three" });
});

test(
  "a task that comes to nothing: a DeadLetterError, and the conversation goes on",
  options,
  async (t) => {
    const { brokerAddr } = await office(t);
    let thrown: unknown;
    const { run } = converse(
      t,
      async (ask) => {
        thrown = await ask("echo", "boom").catch((error: unknown) => error);
        assert.equal((await ask("echo", "next")).result_data, "NEXT");
      },
      { brokerAddr, maxAttempts: 2 },
    );
    const { outcome, results, deadLetters, retried } = await run;
    assert.deepEqual([outcome, results.length, retried], ["complete", 1, 1]);
    assert.ok(thrown instanceof DeadLetterError);
    assert.equal(thrown.name, "DeadLetterError");
    assert.match(thrown.message, /RangeError: boom/);
    assert.deepEqual([thrown.deadLetter], deadLetters);
    assert.deepEqual(
      [
        thrown.deadLetter.task.data,
        thrown.deadLetter.error.name,
        thrown.deadLetter.attempts.length,
      ],
      ["boom", "RangeError", 2],
    );
  },
);

test("an ask that nobody awaits may fail; its task ends all the same", options, async (t) => {
  const { brokerAddr } = await office(t);
  const { run } = converse(
    t,
    (ask) => {
      void ask("echo", "boom");
      void ask("echo", "late");
      return Promise.resolve();
    },
    { brokerAddr, maxAttempts: 1 },
  );
  const { outcome, results, deadLetters } = await run;
  assert.deepEqual([outcome, results.length, deadLetters.length], ["complete", 1, 1]);
  assert.equal(results[0]!.result_data, "LATE");
});

for (const prefetch of [1, 3])
  test(
    `given up at work (prefetch ${prefetch}): its worker stops, and serves the next`,
    options,
    async (t) => {
      const { brokerAddr, broker, worker, close } = await office(t, { prefetch });
      const giveUp = new AbortController();
      const reason = new Error("enough");
      const { run, witness } = converse(
        t,
        async (ask) => {
          const given = assert.rejects(ask("echo", "hang", { signal: giveUp.signal }), reason);
          const { taskId } = await worker.heard("task-started");
          giveUp.abort(reason);
          await given;
          await worker.heard("task-dropped", isAbout(taskId));
          assert.equal((await ask("echo", "next")).result_data, "NEXT");
        },
        { brokerAddr },
      );
      const { outcome, results, cancelled, unanswered, deadLetters } = await run;
      assert.deepEqual([outcome, results.length, cancelled, unanswered], ["complete", 1, 1, 0]);
      assert.deepEqual(deadLetters, []);
      assert.deepEqual(
        witness.all("task-cancelled").map((event) => event.reason),
        ["enough"],
      );
      const { cancelled: calledOff, answered, redelivered, workersLeft } = await close();
      assert.deepEqual([calledOff, answered, redelivered], [1, 1, 0]);
      assert.equal(workersLeft.cancelled, 1);
      assert.equal(workersLeft.misbehaved, 0);
      assert.equal(broker.all("request-cancelled").length, 1);
    },
  );

test("given up while it waits: no worker ever sees it", options, async (t) => {
  const { brokerAddr, broker, worker } = await office(t);
  const [first, second] = [new AbortController(), new AbortController()];
  const { run } = converse(
    t,
    async (ask) => {
      const busy = assert.rejects(ask("echo", "hang", { signal: first.signal }));
      await worker.heard("task-started");
      const waiting = assert.rejects(ask("echo", "never", { signal: second.signal }), {
        name: "AbortError",
      });
      await broker.heard("request-received", ({ request }) => request === 2);
      second.abort();
      await waiting;
      await broker.heard("request-cancelled", ({ request }) => request === 2);
      first.abort();
      await busy;
      assert.equal((await ask("echo", "next")).result_data, "NEXT");
    },
    { brokerAddr },
  );
  const { outcome, cancelled, results } = await run;
  assert.deepEqual([outcome, cancelled, results.length], ["complete", 2, 1]);
  assert.deepEqual(
    worker.all("task-started").map(({ data }) => data),
    ["hang", "next"],
  );
});

test(
  "given up by a worker that holds another task for it: only that one is lost",
  options,
  async (t) => {
    const { brokerAddr, broker, worker } = await office(t, { prefetch: 2 });
    const [first, second] = [new AbortController(), new AbortController()];
    const { run } = converse(
      t,
      async (ask) => {
        const busy = assert.rejects(ask("echo", "hang", { signal: first.signal }));
        const { taskId } = await worker.heard("task-started");
        const held = assert.rejects(ask("echo", "never", { signal: second.signal }));
        await broker.heard("request-dispatched", ({ request }) => request === 2);
        second.abort();
        await held;
        await broker.heard("request-cancelled", ({ request }) => request === 2);
        assert.deepEqual(worker.all("task-dropped").filter(isAbout(taskId)), []);
        first.abort();
        await busy;
        assert.equal((await ask("echo", "next")).result_data, "NEXT");
      },
      { brokerAddr },
    );
    assert.equal((await run).cancelled, 2);
    assert.deepEqual(
      worker.all("task-started").map(({ data }) => data),
      ["hang", "next"],
    );
  },
);

test("given up before its turn, or before it asks: nothing is sent", options, async (t) => {
  const { brokerAddr, worker } = await office(t);
  const [first, second] = [new AbortController(), new AbortController()];
  const { run } = converse(
    t,
    async (ask) => {
      const busy = assert.rejects(ask("echo", "hang", { signal: first.signal }));
      await worker.heard("task-started");
      const waiting = assert.rejects(ask("echo", "never", { signal: second.signal }));
      const next = ask("echo", "next");
      await assert.rejects(ask("echo", "never", { signal: AbortSignal.abort() }));
      second.abort();
      await waiting;
      first.abort();
      await busy;
      assert.equal((await next).result_data, "NEXT");
    },
    { brokerAddr, maxOutstanding: 1 },
  );
  const { outcome, tasksSent, cancelled, results } = await run;
  assert.deepEqual([outcome, tasksSent, cancelled, results.length], ["complete", 2, 1, 1]);
});

test("what takes the parts may throw: that ends the ask, and its task", options, async (t) => {
  const reached = gate();
  const endless = async (data: Payload, { signal, sendPartial }: WorkContext) => {
    sendPartial!("part");
    await once(signal!, "abort");
    reached.open();
    return data;
  };
  const { brokerAddr } = await office(t, { work: endless });
  const reason = new Error("cannot print it");
  const onPart = () => {
    throw reason;
  };
  const { run } = converse(
    t,
    async (ask) => {
      await assert.rejects(ask("echo", "x", { onPart }), reason);
      await reached.opened;
    },
    { brokerAddr },
  );
  const { outcome, cancelled } = await run;
  assert.deepEqual([outcome, cancelled], ["complete", 1]);
});

test(
  "what converse throws ends the agent; what it had asked for is taken back",
  options,
  async (t) => {
    const { brokerAddr, worker, close } = await office(t);
    const reason = new Error("no idea");
    let pending: Promise<unknown> | undefined;
    const { run } = converse(
      t,
      async (ask) => {
        pending = assert.rejects(ask("echo", "hang"), { name: "AbortError" });
        await worker.heard("task-started");
        throw reason;
      },
      { brokerAddr },
    );
    await assert.rejects(run, reason);
    await pending;
    await worker.heard("task-dropped");
    assert.equal((await close()).unanswered, 0);
  },
);

test("a client that is stopped takes its tasks back", options, async (t) => {
  const { brokerAddr, worker } = await office(t);
  let pending: Promise<unknown> | undefined;
  let hasHeard = false;
  const { run, stop } = converse(
    t,
    async (ask, over) => {
      over.addEventListener("abort", () => (hasHeard = true));
      pending = assert.rejects(ask("echo", "hang"), { name: "AbortError" });
      await pending;
    },
    { brokerAddr },
  );
  await worker.heard("task-started");
  stop.abort();
  const { outcome, unanswered } = await run;
  assert.deepEqual([outcome, unanswered, hasHeard], ["stopped", 1, true]);
  await pending;
  await worker.heard("task-dropped");
});

test("a broker that is gone ends every ask that is pending", options, async (t) => {
  const broker = await BareBroker.bound(t);
  const errors: unknown[] = [];
  const letters: Promise<unknown>[] = [];
  const { run } = converse(
    t,
    async (ask: Ask) => {
      for (const word of ["sent", "sent too", "waits for room"])
        letters.push(ask("echo", word).catch((error: unknown) => errors.push(error)));
      await Promise.all(letters);
    },
    { brokerAddr: broker.address, maxOutstanding: 2, peerTimeoutMs: 100 },
  );
  await broker.take(2);
  await broker.leave();
  const { outcome, deadLetters, tasksSent } = await run;
  assert.deepEqual([outcome, deadLetters.length, tasksSent], ["broker-lost", 2, 2]);
  await Promise.all(letters);
  assert.deepEqual(
    errors.map((error) => error instanceof DeadLetterError && error.deadLetter.error.name),
    Array(3).fill("BrokerLost"),
  );
});

test("options that converse replaces are refused beside it", options, async () => {
  for (const name of ["tasks", "createData", "service", "taskDelayMs"] as const)
    await assert.rejects(
      majordomoClientAgent({ converse: () => Promise.resolve(), [name]: 1 }),
      new RegExp(`Cannot use ${name} together with converse`),
    );
});
