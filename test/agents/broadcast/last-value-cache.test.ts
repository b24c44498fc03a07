import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type {
  LastValueCacheEvent,
  LastValueCacheSummary,
  SubscriberSummary,
} from "../../../src/agents/broadcast/events";
import {
  lastValueCacheAgent,
  type LastValueCacheOptions,
} from "../../../src/agents/broadcast/last-value-cache";
import { subscriberAgent } from "../../../src/agents/broadcast/subscriber";
import { freePort } from "../../free-port";
import { startAgent } from "../bare-peers";
import { Program } from "../programs";
import { anyPort, BarePublisher, BareSubscriber } from "./bare-peers";

const options = { timeout: 240_000 };

/** A cache, and publishers that have heard its subscription. */
async function keep(t: TestContext, given: LastValueCacheOptions = {}, publishers = 1) {
  const bare: BarePublisher[] = [];
  while (bare.length < publishers) bare.push(await BarePublisher.bound(t));
  const addresses = { lastValueAddr: anyPort, broadcastAddr: bare.map(({ address }) => address) };
  const started = startAgent<LastValueCacheOptions, LastValueCacheEvent, LastValueCacheSummary>(
    t,
    lastValueCacheAgent,
    { ...addresses, ...given },
  );
  const { witness } = started;
  const [address] = (await witness.heard("listening")).addresses;
  for (const publisher of bare) assert.deepEqual(await publisher.asked(1), [""]);
  let forwarded = 0;
  /** Tells something, and waits until the cache has handed it on. */
  const tell = async (topic: string, sequence: number, publisher = bare[0]!) => {
    await publisher.tell({ topic, sequence, publisher_id: publisher.address });
    forwarded++;
    await witness.heard(
      "update-forwarded",
      () => witness.all("update-forwarded").length === forwarded,
    );
  };
  return { ...started, publishers: bare, address: address!, tell };
}

test(
  "whoever comes late hears the last one of each of its topics, then the rest",
  options,
  async (t) => {
    const { tell, address, witness, run, stop } = await keep(t);
    for (const sequence of [1, 2, 3]) await tell("a.1", sequence);
    await tell("a.2", 1);
    await tell("b.", 1);
    const late = new BareSubscriber(t, address, "a.");
    assert.deepEqual((await late.numbers(2)).sort(), ["a.1 3", "a.2 1"]);
    await tell("b.", 2);
    await tell("a.1", 4);
    assert.deepEqual(await late.numbers(1), ["a.1 4"]);
    const { topics, updates } = await witness.heard("present-sent");
    assert.deepEqual([topics, updates], [["a."], 2]);
    stop.abort();
    const { durationMs, ...summary } = await run;
    assert.ok(durationMs > 0);
    assert.deepEqual(summary, {
      ...{ outcome: "stopped", forwarded: 7, topics: 3, presents: 1, repeated: 2 },
      ...{ notKept: 0, framesRejected: 0 },
    });
  },
);

test("who was there from the beginning hears everything as it comes", options, async (t) => {
  const { tell, address, witness } = await keep(t);
  const early = new BareSubscriber(t, address, "");
  await witness.heard("present-sent", ({ updates }) => updates === 0);
  for (const sequence of [1, 2]) await tell("a.", sequence);
  assert.deepEqual(await early.numbers(2), ["a. 1", "a. 2"]);
});

test(
  "who asked for the same hears it again; a subscriber agent hears it once",
  options,
  async (t) => {
    const { tell, address, witness } = await keep(t);
    const heard: string[] = [];
    const stop = new AbortController();
    t.after(() => stop.abort());
    const agent = subscriberAgent({
      ...{ broadcastAddr: address, updates: 2, signal: stop.signal },
      onUpdate: ({ topic, sequence }) => heard.push(`${topic} ${sequence}`),
    });
    await witness.heard("present-sent");
    await tell("a.", 1);
    const bare = new BareSubscriber(t, address, "");
    await witness.heard("present-sent", ({ updates }) => updates === 1);
    await tell("a.", 2);
    assert.deepEqual(await bare.numbers(2), ["a. 1", "a. 2"]);
    const { received, repeated, gaps } = await agent;
    assert.deepEqual([heard, received, repeated, gaps], [["a. 1", "a. 2"], 2, 1, 0]);
  },
);

test("a topic that one more of the same subscriber wants is told as well", options, async (t) => {
  const { tell, address, witness } = await keep(t);
  await tell("a.", 1);
  await tell("b.", 1);
  const subscriber = new BareSubscriber(t, address, "a.");
  assert.deepEqual(await subscriber.numbers(1), ["a. 1"]);
  subscriber.socket.subscribe("b.");
  assert.deepEqual(await subscriber.numbers(1), ["b. 1"]);
  subscriber.socket.close();
  await witness.heard("subscription-ended", ({ subscriptions }) => subscriptions === 0);
});

test("two publishers on one topic: the last who spoke", options, async (t) => {
  const { tell, address, publishers } = await keep(t, {}, 2);
  const [one, two] = publishers;
  await tell("a.", 1, one);
  await tell("a.", 1, two);
  await tell("a.", 2, one);
  await tell("b.", 9, two);
  const late = new BareSubscriber(t, address, "");
  const heard = [await late.next(), await late.next()];
  assert.deepEqual(
    heard.map(({ topic, sequence, publisher_id }) => [topic, sequence, publisher_id]),
    [
      ["a.", 2, one!.address],
      ["b.", 9, two!.address],
    ],
  );
});

test(
  "the present is there when the publisher is gone, and when it never was",
  options,
  async (t) => {
    const { tell, address, publishers, witness } = await keep(t);
    await tell("a.", 5);
    publishers[0]!.socket.close();
    await witness.heard("publishers-connected", ({ connected }) => connected === 0);
    assert.deepEqual(await new BareSubscriber(t, address, "").numbers(1), ["a. 5"]);

    const nobody = `tcp://127.0.0.1:${await freePort()}`;
    const lonely = await keep(t, { broadcastAddr: nobody }, 0);
    new BareSubscriber(t, lonely.address, "");
    const { updates } = await lonely.witness.heard("present-sent");
    assert.equal(updates, 0);
  },
);

test("a present of more topics than the high-water mark loses none", options, async (t) => {
  const topics = 3000;
  const { publishers, address, witness } = await keep(t, { highWaterMark: 500 });
  for (let n = 0; n < topics; n++) {
    await publishers[0]!.tell({ topic: `topic.${n}.` });
    if (n % 500 === 499)
      await witness.heard("update-forwarded", ({ topic }) => topic === `topic.${n}.`);
  }
  const late = new BareSubscriber(t, address, "");
  assert.equal(new Set(await late.numbers(topics)).size, topics);
});

test("garbage is refused, and not handed on", options, async (t) => {
  const { publishers, tell, address, witness, run, stop } = await keep(t);
  const subscriber = new BareSubscriber(t, address, "");
  await witness.heard("present-sent");
  await publishers[0]!.say("a.");
  await publishers[0]!.say("a.", "hello?");
  await publishers[0]!.say("a.", "{}", "more");
  await tell("a.", 1);
  assert.deepEqual(await subscriber.numbers(1), ["a. 1"]);
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["wrong-frames", "not-json", "wrong-frames"],
  );
  stop.abort();
  assert.equal((await run).framesRejected, 3);
});

test("keeps so many topics and no more; hands the others on", options, async (t) => {
  const { tell, address, witness, run, stop } = await keep(t, { maxTopics: 2 });
  const early = new BareSubscriber(t, address, "");
  await witness.heard("present-sent");
  for (const topic of ["a.", "b.", "c."]) await tell(topic, 1);
  assert.deepEqual(await early.numbers(3), ["a. 1", "b. 1", "c. 1"]);
  const { topic, maxTopics } = witness.all("update-not-kept")[0]!;
  assert.deepEqual([topic, maxTopics], ["c.", 2]);
  const late = new BareSubscriber(t, address, "");
  assert.deepEqual(await late.numbers(2), ["a. 1", "b. 1"]);
  stop.abort();
  const { notKept, topics } = await run;
  assert.deepEqual([notKept, topics], [1, 2]);
});

test("nothing falls between the present and the stream, whenever one comes", options, async (t) => {
  const { publishers, address, witness, stop } = await keep(t);
  const [publisher] = publishers;
  let sequence = 0;
  const joined: Promise<SubscriberSummary>[] = [];
  while (joined.length < 20 || sequence < 2000) {
    if (sequence % 100 === 50)
      joined.push(
        subscriberAgent({ broadcastAddr: address, untilTopic: "a.end", signal: stop.signal }),
      );
    await publisher!.tell({ topic: "a.", sequence: ++sequence });
    if (sequence % 10 === 0) await new Promise(setImmediate);
    const sent = sequence; // no queue on the way may overflow
    if (sent % 100 === 0)
      await witness.heard("update-forwarded", (event) => event.sequence === sent);
  }
  await publisher!.tell({ topic: "a.end" });
  for (const { outcome, gaps } of await Promise.all(joined))
    assert.deepEqual([outcome, gaps], ["complete", 0]);
});

const mistakes: [given: LastValueCacheOptions, complaint: RegExp][] = [
  [{ maxTopics: 0 }, /^RangeError: Cannot use maxTopics as it must be a whole number from 1/],
  [{ broadcastAddr: [] }, /^RangeError: Cannot use broadcastAddr as it must name a publisher/],
  [{ lastValueAddr: "here" }, /^TypeError: Cannot use lastValueAddr as it must look like tcp/],
];
for (const [given, complaint] of mistakes)
  test(`refuses ${JSON.stringify(given)}`, options, () =>
    assert.rejects(lastValueCacheAgent(given), complaint),
  );

test("a taken port is named", options, async (t) => {
  const { address } = await keep(t);
  await assert.rejects(
    lastValueCacheAgent({ lastValueAddr: address }),
    new RegExp(`^Error: Cannot bind lastValueAddr ${address}: the port is taken`),
  );
});

test("as a program: Ctrl-C prints the summary", options, async (t) => {
  const publisher = await BarePublisher.bound(t);
  const flags = ["--broadcast-addr", publisher.address, "--last-value-addr", anyPort];
  const program = new Program(t, "broadcast/last-value-cache", flags);
  await publisher.subscription();
  await publisher.tell({ topic: "a.", sequence: 3 });
  await program.says("a. 3 handed on");
  const [address] = /tcp:\S+/.exec(program.stdout)!;
  assert.deepEqual(await new BareSubscriber(t, address, "").numbers(1), ["a. 3"]);
  await program.says("told the present");
  program.child.kill("SIGINT");
  assert.equal(await program.exit(), 0, program.stderr);
  assert.match(program.stdout, /^\[Cache\] told the present of everything: 1 update$/m);
  assert.match(
    program.stdout,
    /^\[Cache\] stopped: 1 update on 1 topic in \S+ s, 1 repeated for 1 present$/m,
  );
});
