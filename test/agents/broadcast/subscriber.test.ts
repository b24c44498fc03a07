import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { Observer } from "zeromq";
import type { SubscriberEvent, SubscriberSummary } from "../../../src/agents/broadcast/events";
import { subscriberAgent, type SubscriberOptions } from "../../../src/agents/broadcast/subscriber";
import type { UpdateMessage } from "../../../src/messages/broadcast";
import { freePort } from "../../free-port";
import { startAgent } from "../bare-peers";
import { Program } from "../programs";
import { anyPort, BarePublisher } from "./bare-peers";

const root = path.join(__dirname, "../../..");
const options = { timeout: 240_000 };

/** A subscriber, and a publisher that has heard its subscriptions. */
async function listen(t: TestContext, given: SubscriberOptions = {}, address = anyPort) {
  const publisher = await BarePublisher.bound(t, address);
  const started = start(t, { broadcastAddr: publisher.address, ...given });
  const topics = await publisher.asked(given.topics?.length ?? 1);
  return { ...started, publisher, topics };
}

function start(t: TestContext, given: SubscriberOptions) {
  return startAgent<SubscriberOptions, SubscriberEvent, SubscriberSummary>(
    t,
    subscriberAgent,
    given,
  );
}

test("hears what it asked for, and ends after so many updates", options, async (t) => {
  const heard: UpdateMessage[] = [];
  const onUpdate = (message: UpdateMessage) => heard.push(message);
  const { publisher, topics, run, witness } = await listen(t, {
    ...{ topics: ["a.", "b."], updates: 3, onUpdate },
  });
  assert.deepEqual(topics, ["a.", "b."]);
  await publisher.tell({ topic: "a.1", sequence: 1, data: { n: 1 } });
  await publisher.tell({ topic: "c.", sequence: 1 });
  await publisher.tell({ topic: "b.", sequence: 1, data: 2 });
  await publisher.tell({ topic: "a.1", sequence: 2, data: 3 });
  const { durationMs, mostLagMs, ...summary } = await run;
  assert.ok(durationMs > 0 && mostLagMs >= 0);
  assert.deepEqual(summary, {
    ...{ outcome: "complete", subscriberId: "1", received: 3, gaps: 0, missed: 0 },
    ...{ earlier: 0, repeated: 0, framesRejected: 0 },
  });
  assert.deepEqual(
    heard.map(({ topic, data }) => [topic, data]),
    [
      ["a.1", { n: 1 }],
      ["b.", 2],
      ["a.1", 3],
    ],
  );
  assert.deepEqual(
    witness.events.map(({ type }) => type),
    [
      ...["publishers-connected", "topic-joined", "update-received", "topic-joined"],
      ...["update-received", "update-received", "finished"],
    ],
  );
});

test("tells a gap on its own topic, and only there", options, async (t) => {
  const { publisher, run, witness } = await listen(t, { updates: 5 });
  for (const sequence of [1, 2, 5]) await publisher.tell({ topic: "a.", sequence });
  for (const sequence of [1, 3]) await publisher.tell({ topic: "b.", sequence });
  const { received, gaps, missed } = await run;
  assert.deepEqual([received, gaps, missed], [5, 2, 3]);
  assert.deepEqual(
    witness
      .all("gap")
      .map(({ topic, publisher, expected, got, missed }) => [
        ...[topic, publisher, expected, got, missed],
      ]),
    [
      ["a.", "P", 3, 5, 2],
      ["b.", "P", 2, 3, 1],
    ],
  );
});

test("hears an update once, however often it comes", options, async (t) => {
  const heard: number[] = [];
  const onUpdate = ({ sequence }: UpdateMessage) => heard.push(sequence);
  const { publisher, run, witness } = await listen(t, { updates: 3, onUpdate });
  for (const sequence of [1, 1, 2, 1, 2, 3]) await publisher.tell({ sequence });
  const { received, repeated } = await run;
  assert.deepEqual([heard, received, repeated], [[1, 2, 3], 3, 3]);
  assert.deepEqual(
    witness.all("update-repeated").map(({ sequence }) => sequence),
    [1, 1, 2],
  );
});

test(
  "a publisher that begins again under a new name is no gap, nor one that was there before",
  options,
  async (t) => {
    const { publisher, run, witness } = await listen(t, { updates: 4 });
    await publisher.tell({ publisher_id: "one", sequence: 7 });
    await publisher.tell({ publisher_id: "one", sequence: 8 });
    await publisher.tell({ publisher_id: "two", sequence: 1 });
    await publisher.tell({ publisher_id: "two", sequence: 2 });
    const { gaps, missed, earlier, received } = await run;
    assert.deepEqual([gaps, missed, earlier, received], [0, 0, 6, 4]);
    assert.deepEqual(
      witness.all("topic-joined").map(({ publisher, earlier }) => [publisher, earlier]),
      [
        ["one", 6],
        ["two", 0],
      ],
    );
  },
);

test("ends after an update on the topic it was told", options, async (t) => {
  const given = { topics: ["news."], untilTopic: "news.end" };
  const { publisher, run } = await listen(t, given);
  for (const topic of ["news.1", "news.endless", "news.end"]) await publisher.tell({ topic });
  const { outcome, received } = await run;
  assert.deepEqual([outcome, received], ["complete", 3]);
});

test("garbage is refused with a reason and harms nobody", options, async (t) => {
  const { publisher, run, witness } = await listen(t, { updates: 1, maxFrameBytes: 100 });
  await publisher.say("a.");
  await publisher.say("a.", "{}", "more");
  await publisher.say(Buffer.of(0xff), "{}");
  await publisher.say("a.", "hello?");
  await publisher.say("a.", "{}");
  await publisher.say("a.", "x".repeat(200));
  await publisher.tell({ topic: "a.", timestamp: 1 });
  const { received, framesRejected } = await run;
  assert.deepEqual([received, framesRejected], [1, 6]);
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["wrong-frames", "wrong-frames", "not-utf8", "not-json", "wrong-shape", "too-large"],
  );
});

test("reads the next one when it has dealt with the one before", options, async (t) => {
  const order: string[] = [];
  const onUpdate = async ({ sequence }: UpdateMessage) => {
    order.push(`begin ${sequence}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push(`end ${sequence}`);
  };
  const { publisher, run } = await listen(t, { updates: 2, onUpdate });
  for (const sequence of [1, 2]) await publisher.tell({ sequence });
  await run;
  assert.deepEqual(order, ["begin 1", "end 1", "begin 2", "end 2"]);
});

test("what it does with an update may fail: then it ends with that", options, async (t) => {
  const onUpdate = () => Promise.reject(new Error("boom"));
  const { publisher, run } = await listen(t, { onUpdate });
  await publisher.tell({});
  await assert.rejects(run, /^Error: boom$/);
});

test("too slow: it gives up, and says by how much", options, async (t) => {
  let now = 1_000_000;
  const given = { maxLagMs: 500, clock: () => now, topics: ["a."] };
  const { publisher, run, witness } = await listen(t, given);
  const tell = (sequence: number, age: number) =>
    publisher.tell({ sequence, timestamp: (now - age) / 1000 });
  await tell(1, 90_000); // a cache may have kept the first one for long
  await tell(2, 500);
  await witness.heard("update-received", ({ sequence }) => sequence === 2);
  now += 1000;
  await tell(3, 501);
  const { outcome, received, mostLagMs } = await run;
  assert.deepEqual([outcome, received, Math.round(mostLagMs)], ["too-slow", 3, 501]);
  const { agent, topic, publisher: id, lagMs, maxLagMs } = witness.all("too-slow")[0]!;
  assert.deepEqual(
    [agent, topic, id, Math.round(lagMs), maxLagMs],
    ["Subscriber-1", "a.", "P", 501, 500],
  );
});

test("news from the future is not late", options, async (t) => {
  const { publisher, run } = await listen(t, { maxLagMs: 0, updates: 2, clock: () => 1000 });
  for (const sequence of [1, 2]) await publisher.tell({ sequence, timestamp: 5 });
  const { outcome, mostLagMs } = await run;
  assert.deepEqual([outcome, mostLagMs], ["complete", 0]);
});

test("waits for a publisher that comes later", options, async (t) => {
  const broadcastAddr = `tcp://127.0.0.1:${await freePort()}`;
  const { run } = start(t, { broadcastAddr, updates: 1 });
  const publisher = await BarePublisher.bound(t, broadcastAddr);
  await publisher.subscription();
  await publisher.tell({});
  assert.equal((await run).outcome, "complete");
});

test("waits for nobody without end", options, async (t) => {
  const broadcastAddr = `tcp://127.0.0.1:${await freePort()}`;
  const { run } = start(t, { broadcastAddr, startTimeoutMs: 50 });
  await assert.rejects(run, {
    message: `Waited 50 ms in vain for a publisher at ${broadcastAddr}. Is it running, and is that its address?`,
  });
});

test(
  "when the publisher has gone for good, it hears all that was told, and ends",
  options,
  async (t) => {
    const { publisher, run, witness } = await listen(t, { peerTimeoutMs: 100 });
    publisher.socket.linger = 1000;
    for (const sequence of [1, 2, 3]) await publisher.tell({ sequence });
    publisher.socket.close();
    const { outcome, received } = await run;
    assert.deepEqual([outcome, received], ["publisher-lost", 3]);
    assert.deepEqual(
      witness.all("publishers-connected").map(({ connected }) => connected),
      [1, 0],
    );
  },
);

test("a publisher that has come and gone before one looks up is heard", options, async (t) => {
  const broadcastAddr = `tcp://127.0.0.1:${await freePort()}`;
  const { run, witness } = start(t, { broadcastAddr, peerTimeoutMs: 100 });
  const flags = ["--broadcast-addr", broadcastAddr, "--subscribers", "1", "--pause-ms", "0"];
  runHere("broadcast/publisher", [...flags, "--updates", "3"]);
  const { outcome, received } = await run;
  assert.deepEqual([outcome, received], ["publisher-lost", 3]);
  assert.equal(witness.all("publishers-connected").at(-1)!.connected, 0);
});

test("an update that comes before the word of the handshake is heard", options, async (t) => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this`
  const { on } = Observer.prototype;
  // A monitor that is late for ever.
  t.mock.method(
    Observer.prototype,
    "on",
    function (this: Observer, ...args: Parameters<typeof on>) {
      if (args[0] !== "handshake") on.apply(this, args);
    },
  );
  const { publisher, run } = await listen(t, { updates: 1 });
  await publisher.tell({});
  const { outcome, received } = await run;
  assert.deepEqual([outcome, received], ["complete", 1]);
});

/** Runs an agent as a program to its end, while nothing else happens in this process. */
function runHere(name: string, flags: string[]): void {
  const args = ["-r", "ts-node/register/transpile-only", `src/agents/${name}.ts`, ...flags];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root });
  assert.equal(status, 0, String(stderr));
}

test("a publisher that comes back in time is heard again", options, async (t) => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const given = { peerTimeoutMs: 30_000, updates: 2 };
  const { publisher, run, witness } = await listen(t, given, address);
  await publisher.tell({ publisher_id: "one", sequence: 1 });
  await witness.heard("update-received");
  publisher.socket.close();
  await witness.heard("publishers-connected", ({ connected }) => connected === 0);
  const again = await bindPatiently(t, address);
  await again.subscription();
  await again.tell({ publisher_id: "two", sequence: 1 });
  const { outcome, gaps, received } = await run;
  assert.deepEqual([outcome, gaps, received], ["complete", 0, 2]);
});

/** libzmq lets go of a closed socket's port in the background. */
async function bindPatiently(t: TestContext, address: string): Promise<BarePublisher> {
  for (;;) {
    try {
      return await BarePublisher.bound(t, address);
    } catch (error) {
      if (!/EADDRINUSE|EAGAIN/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

test("hears several publishers, each by its own count", options, async (t) => {
  const [one, two] = [await BarePublisher.bound(t), await BarePublisher.bound(t)];
  const broadcastAddr = [one.address, two.address];
  const { run } = start(t, { broadcastAddr, updates: 4 });
  for (const publisher of [one, two]) await publisher.subscription();
  for (const sequence of [1, 2]) {
    await one.tell({ publisher_id: "one", sequence });
    await two.tell({ publisher_id: "two", sequence });
  }
  const { gaps, received, earlier } = await run;
  assert.deepEqual([gaps, received, earlier], [0, 4, 0]);
});

test("asks for each topic once, and not for what another topic covers", options, async (t) => {
  const publisher = await BarePublisher.bound(t);
  const given = { broadcastAddr: publisher.address, topics: ["a.1", "b.", "a.", "b."] };
  start(t, given);
  assert.deepEqual(await publisher.asked(2), ["a.", "b."]);
  await publisher.tell({ topic: "a." });
});

test(
  "stopped at work, while it waits, or before it begins, it gives its summary",
  options,
  async (t) => {
    const { publisher, run, witness, stop } = await listen(t, {
      onUpdate: () => new Promise(() => {}),
    });
    await publisher.tell({});
    await witness.heard("update-received");
    stop.abort();
    assert.equal((await run).outcome, "stopped");
    const waiting = start(t, { broadcastAddr: publisher.address });
    await waiting.witness.heard("publishers-connected");
    waiting.stop.abort();
    assert.equal((await waiting.run).outcome, "stopped");
    const unborn = await subscriberAgent({ signal: AbortSignal.abort() });
    assert.deepEqual([unborn.outcome, unborn.received], ["stopped", 0]);
  },
);

const mistakes: [given: SubscriberOptions, complaint: RegExp][] = [
  [{ topics: [] }, /^TypeError: Cannot use topics as it must be a list of texts .* value is \[\]$/],
  [{ topics: "status." as unknown as string[] }, /^TypeError: Cannot use topics .* "status\."$/],
  [{ topics: [7 as unknown as string] }, /^TypeError: Cannot use topics .* \[7\]$/],
  [{ topics: ["x".repeat(201)] }, /^TypeError: Cannot use topics as it must be .* at most 200/],
  [{ topics: ["a."], untilTopic: "b." }, /^TypeError: Cannot use untilTopic as none .* "b\."$/],
  [{ updates: 0 }, /^RangeError: Cannot use updates as it must be a whole number from 1/],
  [{ maxLagMs: -1 }, /^RangeError: Cannot use maxLagMs as it must be milliseconds/],
  [{ subscriberId: "" }, /^TypeError: Cannot use subscriberId/],
  [{ broadcastAddr: [] }, /^RangeError: Cannot use broadcastAddr as it must name a publisher/],
  [{ broadcastAddr: anyPort }, /^TypeError: Cannot connect broadcastAddr as \* is only for those/],
];
for (const [given, complaint] of mistakes)
  test(`refuses ${JSON.stringify(given).slice(0, 60)}`, options, () =>
    assert.rejects(subscriberAgent(given), complaint),
  );

test("as a program: Ctrl-C prints what it heard", options, async (t) => {
  const publisher = await BarePublisher.bound(t);
  const flags = ["--topic", "a.", "b.", "--broadcast-addr", publisher.address];
  const program = new Program(t, "broadcast/subscriber", flags);
  assert.deepEqual(await publisher.asked(2), ["a.", "b."]);
  for (const sequence of [1, 3]) await publisher.tell({ topic: "b.", sequence, data: "news" });
  await program.says("b. 3: news");
  program.child.kill("SIGINT");
  assert.equal(await program.exit(), 0, program.stderr);
  assert.match(program.stdout, /^\[Subscriber-1\] missed 1 update on b\.: expected 2, got 3$/m);
  assert.match(program.stdout, /^\[Subscriber-1\] stopped: 2 updates in \S+ s, 1 missed in 1 gap/m);
  assert.equal(program.stderr, "");
});

test("as a program: two publishers, an end, and what is wrong in one line", options, async (t) => {
  const [one, two] = [await BarePublisher.bound(t), await BarePublisher.bound(t)];
  const flags = ["--broadcast-addr", one.address, two.address, "--updates", "2"];
  const program = new Program(t, "broadcast/subscriber", flags);
  for (const publisher of [one, two]) {
    await publisher.subscription();
    await publisher.tell({ publisher_id: publisher.address });
  }
  assert.equal(await program.exit(), 0, program.stderr);
  const wrong = new Program(t, "broadcast/subscriber", ["--updates", "0"]);
  assert.equal(await wrong.exit(), 1);
  assert.match(
    wrong.stderr,
    /^subscriber: Cannot use updates as it must be a whole number[^\n]*\n$/,
  );
});
