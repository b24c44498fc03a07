import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, XPublisher, XSubscriber } from "zeromq";
import { Audience } from "../../../src/agents/broadcast/audience";
import type { AudienceEvent } from "../../../src/agents/broadcast/events";
import { Witness } from "../bare-peers";
import { anyPort, BareSubscriber } from "./bare-peers";

const options = { timeout: 240_000 };

async function openAudience(t: TestContext, welcome?: (topics: Buffer[]) => Promise<void>) {
  const socket = new XPublisher({
    ...{ context: new Context(), verbosity: "allSubsUnsubs", linger: 0 },
  });
  t.after(() => socket.close());
  await socket.bind(anyPort);
  const witness = new Witness<AudienceEvent>();
  const audience = new Audience(socket, (event) =>
    witness.onEvent({ agent: "Publisher-1", at: 0, ...event }),
  );
  const served = audience.serve(welcome);
  served.catch(() => {});
  const counted = (size: number) =>
    audience.wait(size, 10_000, undefined).then(() => assert.equal(audience.size, size));
  return { socket, audience, witness, served, counted, address: socket.lastEndpoint! };
}

test("counts one for each topic of each subscriber", options, async (t) => {
  const { counted, witness, address } = await openAudience(t);
  new BareSubscriber(t, address, "a.", "b.");
  await counted(2);
  new BareSubscriber(t, address, "a.");
  await counted(3);
  assert.deepEqual(
    witness.all("subscription-received").map(({ topic, subscriptions }) => [topic, subscriptions]),
    [
      ["a.", 1],
      ["b.", 2],
      ["a.", 3],
    ],
  );
});

test("who leaves takes all its topics along", options, async (t) => {
  const { audience, counted, witness, address } = await openAudience(t);
  new BareSubscriber(t, address, "a.");
  const other = new BareSubscriber(t, address, "a.", "b.");
  await counted(3);
  other.socket.close();
  await witness.heard("subscription-ended", ({ subscriptions }) => subscriptions === 1);
  assert.equal(audience.size, 1);
  const left = witness.all("subscription-ended").map(({ topic }) => topic);
  assert.deepEqual(left.sort(), ["a.", "b."]);
});

test("takes back only what was asked for", options, async (t) => {
  const { audience, counted, witness, address } = await openAudience(t);
  const odd = new XSubscriber({ context: new Context(), linger: 0 });
  t.after(() => odd.close());
  odd.connect(address);
  await odd.send(Buffer.from("\0nothing"));
  await odd.send(Buffer.from("\x01a."));
  await counted(1);
  await odd.send(Buffer.from("\0a."));
  await witness.heard("subscription-ended");
  assert.equal(audience.size, 0);
});

test("what is no subscription is refused", options, async (t) => {
  const { counted, witness, address } = await openAudience(t);
  const odd = new XSubscriber({ context: new Context(), linger: 0 });
  t.after(() => odd.close());
  odd.connect(address);
  await odd.send("hello?");
  await odd.send(["hello?", "hello!"]);
  await odd.send(Buffer.from("\x01a."));
  await counted(1);
  assert.deepEqual(
    witness.all("frame-rejected").map(({ code }) => code),
    ["wrong-shape", "wrong-shape"],
  );
});

test("says how many of how many came", options, async (t) => {
  const { audience, counted, address } = await openAudience(t);
  new BareSubscriber(t, address, "a.");
  await counted(1);
  await assert.rejects(audience.wait(2, 50, undefined), {
    message:
      "Only 1 of 2 subscriptions came within 50 ms. " +
      "Start the missing subscribers, ask for fewer, or publish blindly (0).",
  });
});

test("nobody is waited for when nobody is asked for", options, async (t) => {
  const { audience } = await openAudience(t);
  await audience.wait(0, 0, undefined);
});

test("a stop ends the wait", options, async (t) => {
  const { audience } = await openAudience(t);
  const stop = new AbortController();
  const wait = audience.wait(1, 60_000, stop.signal);
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
});

test(
  "welcomes by the bytes of a topic, every newcomer, those together who come together",
  options,
  async (t) => {
    const welcomed: string[] = [];
    let welcomes = 0;
    let go = () => {};
    const busy = new Promise<void>((resolve) => (go = resolve));
    const { counted, address, witness } = await openAudience(t, async (topics) => {
      welcomed.push(...topics.map((topic) => topic.toString("hex")));
      if (++welcomes === 1) await busy;
    });
    const first = new BareSubscriber(t, address, Buffer.of(0xff, 0x00));
    await counted(1);
    first.socket.subscribe("b", "c", "d");
    new BareSubscriber(t, address, "e");
    go();
    await counted(5);
    await witness.heard("subscription-received", ({ subscriptions }) => subscriptions === 5);
    while (welcomed.length < 5) await new Promise(setImmediate);
    assert.deepEqual(welcomed.sort(), ["62", "63", "64", "65", "ff00"]);
    assert.ok(welcomes <= 5);
  },
);

test("a welcome that fails ends the service", options, async (t) => {
  const { served, address } = await openAudience(t, () => Promise.reject(new Error("boom")));
  new BareSubscriber(t, address, "a.");
  await assert.rejects(served, /^Error: boom$/);
});

test("closes the socket when the body is done, or fails", options, async () => {
  for (const body of [async () => {}, () => Promise.reject(new Error("boom"))]) {
    const socket = new XPublisher({ context: new Context(), linger: 0 });
    await new Audience(socket, () => {}).serveWhile(body).catch(() => {});
    assert.equal(socket.closed, true);
  }
});
