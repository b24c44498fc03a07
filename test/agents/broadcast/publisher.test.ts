import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Push, XSubscriber } from "zeromq";
import type { PublisherEvent, PublisherSummary } from "../../../src/agents/broadcast/events";
import { publisherAgent, type PublisherOptions } from "../../../src/agents/broadcast/publisher";
import type { Update } from "../../../src/messages/broadcast";
import { freePort } from "../../free-port";
import { startAgent, Witness } from "../bare-peers";
import { Program } from "../programs";
import { anyPort, BareSubscriber } from "./bare-peers";

const options = { timeout: 240_000 };

async function publish(t: TestContext, given: PublisherOptions) {
  const defaults = { broadcastAddr: anyPort, pauseMs: 0 };
  const started = startAgent<PublisherOptions, PublisherEvent, PublisherSummary>(
    t,
    publisherAgent,
    { ...defaults, ...given },
  );
  await Promise.race([started.witness.heard("listening"), started.run]);
  const address = started.witness.all("listening")[0]?.addresses[0] ?? "";
  return { ...started, address };
}

test("tells every subscriber every update, in order, once they all listen", options, async (t) => {
  const { run, witness, address } = await publish(t, { updates: 5, subscribers: 3 });
  const subscribers = ["", "status.", "status.Generator"].map(
    (topic) => new BareSubscriber(t, address, topic),
  );
  const { durationMs, publisherId, ...summary } = await run;
  assert.match(publisherId, /^Publisher-1-[0-9a-f]{8}$/);
  assert.ok(durationMs > 0);
  assert.deepEqual(summary, {
    ...{ outcome: "complete", published: 5, subscriptions: 3, framesRejected: 0 },
  });
  for (const subscriber of subscribers)
    for (let n = 1; n <= 5; n++) {
      const { timestamp, ...message } = await subscriber.next();
      assert.ok(Math.abs(Date.now() / 1000 - timestamp) < 60);
      assert.deepEqual(message, {
        ...{ topic: "status.Generator", publisher_id: publisherId, sequence: n },
        data: `Update_${n}`,
      });
    }
  assert.deepEqual(
    witness
      .all("subscription-received")
      .map(({ topic }) => topic)
      .sort(),
    ["", "status.", "status.Generator"],
  );
  assert.deepEqual(
    witness.all("update-sent").map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  );
  assert.equal(witness.events.at(-1)!.type, "finished");
});

test("counts for each topic; whoever hears one sees no gap from another", options, async (t) => {
  const topics = ["a.", "b.", "a.", "b.", "b.", "a."];
  const updates = topics.map((topic, data) => ({ topic, data }));
  const { run, address } = await publish(t, { updates, subscribers: 2 });
  const [a, all] = [new BareSubscriber(t, address, "a."), new BareSubscriber(t, address, "")];
  await run;
  assert.deepEqual(await a.numbers(3), ["a. 1", "a. 2", "a. 3"]);
  const everything = ["a. 1", "b. 1", "a. 2", "b. 2", "b. 3", "a. 3"];
  assert.deepEqual(await all.numbers(6), everything);
});

test("told to wait for nobody, it tells what nobody hears", options, async (t) => {
  const { run } = await publish(t, { updates: 3 });
  const { outcome, published, subscriptions } = await run;
  assert.deepEqual([outcome, published, subscriptions], ["complete", 3, 0]);
});

test("no updates are an end as well", options, async (t) => {
  const { run } = await publish(t, { updates: 0 });
  const { outcome, published } = await run;
  assert.deepEqual([outcome, published], ["complete", 0]);
});

test("takes its updates from whatever yields them", options, async (t) => {
  async function* two(): AsyncGenerator<Update> {
    yield { topic: "x.", data: 1 };
    await new Promise(setImmediate);
    yield { topic: "x.", data: 2 };
  }
  const { run, address } = await publish(t, { updates: two(), subscribers: 1 });
  const subscriber = new BareSubscriber(t, address, "x.");
  assert.deepEqual((await subscriber.next()).data, 1);
  assert.deepEqual((await subscriber.next()).data, 2);
  assert.equal((await run).published, 2);
});

test("says how many of how many came", options, async (t) => {
  const { run, address } = await publish(t, { subscribers: 2, startTimeoutMs: 500 });
  new BareSubscriber(t, address, "a.");
  await assert.rejects(run, /^Error: Only [01] of 2 subscriptions came within 500 ms\. Start the/);
});

test("who leaves before the start is not counted any more", options, async (t) => {
  const { witness, run, address } = await publish(t, { subscribers: 2, updates: 1 });
  const first = new BareSubscriber(t, address, "");
  await witness.heard("subscription-received");
  first.socket.close();
  const { subscriptions } = await witness.heard("subscription-ended");
  assert.equal(subscriptions, 0);
  new BareSubscriber(t, address, "");
  await witness.heard("subscription-received", ({ subscriptions }) => subscriptions === 1);
  assert.deepEqual(witness.all("update-sent"), []);
  new BareSubscriber(t, address, "");
  assert.equal((await run).subscriptions, 2);
});

test("a subscriber that does not read makes nobody wait", options, async (t) => {
  const data = "x".repeat(1000);
  const createUpdate = () => ({ topic: "a.", data });
  const { run, address } = await publish(t, {
    ...{ createUpdate, updates: 20_000, subscribers: 2, highWaterMark: 10 },
  });
  const context = new Context();
  const asleep = new XSubscriber({ context, linger: 0, receiveHighWaterMark: 10 });
  t.after(() => asleep.close());
  asleep.connect(address);
  await asleep.send(Buffer.from([1]));
  const awake = new BareSubscriber(t, address, "");
  const heard = awake.numbers(1);
  assert.equal((await run).published, 20_000);
  assert.deepEqual(await heard, ["a. 1"]);
});

test("two runs have two names", options, async (t) => {
  const [first, second] = [await publish(t, { updates: 0 }), await publish(t, { updates: 0 })];
  assert.notEqual((await first.run).publisherId, (await second.run).publisherId);
});

test("what a subscriber may say but a subscription is refused", options, async (t) => {
  const { run, witness, address, stop } = await publish(t, { subscribers: 1 });
  const socket = new XSubscriber({ context: new Context(), linger: 0 });
  t.after(() => socket.close());
  socket.connect(address);
  await socket.send("hello?");
  const { code, reason } = await witness.heard("frame-rejected");
  assert.deepEqual([code, reason], ["wrong-shape", "no subscription"]);
  stop.abort();
  const { outcome, framesRejected } = await run;
  assert.deepEqual([outcome, framesRejected], ["stopped", 1]);
});

test("a peer of another kind is no subscriber", options, async (t) => {
  const { run, address } = await publish(t, { subscribers: 1, startTimeoutMs: 300 });
  const push = new Push({ context: new Context(), linger: 0, immediate: true });
  t.after(() => push.close());
  push.connect(address);
  await assert.rejects(run, /^Error: Only 0 of 1 subscriptions came within 300 ms/);
});

test("stopped while it waits for updates, it tells their maker and ends", options, async (t) => {
  let isTold = false;
  const never: AsyncIterable<Update> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => ((isTold = true), Promise.resolve({ done: true, value: undefined })),
    }),
  };
  const { run, stop } = await publish(t, { updates: never });
  stop.abort();
  const { outcome, published } = await run;
  assert.deepEqual([outcome, published, isTold], ["stopped", 0, true]);
});

test("stopped while it pauses, it ends", options, async (t) => {
  const { run, witness, stop } = await publish(t, { pauseMs: 1_000_000 });
  await witness.heard("update-sent");
  stop.abort();
  const { outcome, published } = await run;
  assert.deepEqual([outcome, published], ["stopped", 1]);
});

test(
  "an update that cannot be sent ends it with the reason, and frees the port",
  options,
  async (t) => {
    const wrong = [
      { topic: "a.", data: 1 },
      { topic: "", data: 2 },
    ];
    const broadcastAddr = `tcp://127.0.0.1:${await freePort()}`;
    await assert.rejects(
      publisherAgent({ updates: wrong, broadcastAddr }),
      /^TypeError: Cannot publish as a topic must be a text/,
    );
    const again = await publish(t, { updates: 0, broadcastAddr });
    assert.equal((await again.run).outcome, "complete");
  },
);

test("what the maker of the updates throws, it throws", options, async () => {
  const createUpdate = () => Promise.reject(new Error("boom"));
  await assert.rejects(publisherAgent({ createUpdate, broadcastAddr: anyPort }), /^Error: boom$/);
});

test("a taken port is named", options, async (t) => {
  const { address } = await publish(t, { subscribers: 1 });
  const witness = new Witness<PublisherEvent>();
  await assert.rejects(
    publisherAgent({ broadcastAddr: address, onEvent: witness.onEvent }),
    new RegExp(`^Error: Cannot bind broadcastAddr ${address}: the port is taken`),
  );
});

const mistakes: [given: PublisherOptions, complaint: RegExp][] = [
  [{ publisherId: "" }, /^TypeError: Cannot use publisherId as it must be a text/],
  [{ updates: -1 }, /^RangeError: Cannot use updates as it must be a whole number from 0/],
  [{ updates: null as unknown as number }, /^RangeError: Cannot use updates .* null$/],
  [{ subscribers: 0.5 }, /^RangeError: Cannot use subscribers as it must be a whole number/],
  [{ pauseMs: -1 }, /^RangeError: Cannot use pauseMs as it must be milliseconds/],
  [{ highWaterMark: 0 }, /^RangeError: Cannot use highWaterMark/],
  [{ broadcastAddr: "here" }, /^TypeError: Cannot use broadcastAddr as it must look like tcp/],
];
for (const [given, complaint] of mistakes)
  test(`refuses ${JSON.stringify(given)}`, () =>
    assert.rejects(publisherAgent({ broadcastAddr: anyPort, ...given }), complaint));

test("as a program: waits, tells, ends; Ctrl-C prints the summary", options, async (t) => {
  const flags = ["--broadcast-addr", anyPort, "--subscribers", "1", "--pause-ms", "0"];
  const more = ["--topic", "news.", "--updates", "3"];
  const program = new Program(t, "broadcast/publisher", [...flags, ...more]);
  await program.says("listening");
  const [address] = /tcp:\S+/.exec(program.stdout)!;
  const subscriber = new BareSubscriber(t, address, "news.");
  assert.deepEqual(await subscriber.numbers(3), ["news. 1", "news. 2", "news. 3"]);
  assert.equal(await program.exit(), 0, program.stderr);
  assert.match(program.stdout, /^\[Publisher-1\] news\. 3: Update_3$/m);
  assert.match(program.stdout, /^\[Publisher-1\] complete: 3 updates to 1 subscription in/m);

  const waiting = new Program(t, "broadcast/publisher", flags);
  await waiting.says("listening");
  waiting.child.kill("SIGINT");
  assert.equal(await waiting.exit(), 0, waiting.stderr);
  assert.match(waiting.stdout, /^\[Publisher-1\] stopped: 0 updates to 0 subscriptions in/m);
  assert.equal(waiting.stderr, "");
});

test("as a program: what it has told arrives, though it has ended", options, async (t) => {
  const flags = ["--broadcast-addr", anyPort, "--subscribers", "1", "--pause-ms", "0"];
  const many = ["--updates", "900"]; // fewer than the high-water mark
  const program = new Program(t, "broadcast/publisher", [...flags, ...many]);
  await program.says("listening");
  const [address] = /tcp:\S+/.exec(program.stdout)!;
  const subscriber = new BareSubscriber(t, address, "");
  await program.says("complete");
  const numbers = await subscriber.numbers(900);
  assert.equal(numbers.at(-1), "status.Generator 900");
  assert.equal(await program.exit(), 0);
});
