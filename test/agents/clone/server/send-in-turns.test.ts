import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Dealer, Router } from "zeromq";
import { sendInTurns } from "../../../../src/agents/clone/server/send-in-turns";
import { Outbox } from "../../../../src/transport/outbox";

const MANY = 1000;

/** Messages, and how many of them have been made. */
function count() {
  const made = { messages: 0 };
  function* make() {
    for (let n = 1; n <= MANY; n++) {
      made.messages = n;
      yield [Buffer.from(String(n))];
    }
  }
  return { made, messages: make() };
}

/** A server's socket, and a client that has asked for something. */
async function meet(t: TestContext) {
  const context = new Context();
  const shared = { context, linger: 0 };
  const prompt = { mandatory: true, sendTimeout: 0, sendHighWaterMark: 0 };
  const router = new Router({ ...shared, ...prompt });
  const dealer = new Dealer({ ...shared, receiveHighWaterMark: 0 });
  t.after(() => [router, dealer].forEach((socket) => socket.close()));
  await router.bind("inproc://answers");
  dealer.connect("inproc://answers");
  await dealer.send("please");
  const [client] = await router.receive();
  return { router, outbox: new Outbox(router), dealer, client: client! };
}

test("all messages come, in order", async (t) => {
  const { router, outbox, dealer, client } = await meet(t);
  const sent = sendInTurns(router, outbox, client, count().messages);
  for (let n = 1; n <= MANY; n++) assert.equal(String(await dealer.receive()), String(n));
  await sent;
});

test("others have their turn before all has been sent", async (t) => {
  const { router, outbox, client } = await meet(t);
  const { made, messages } = count();
  const sent = sendInTurns(router, outbox, client, messages);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(made.messages < MANY, `${made.messages} of ${MANY} are made already`);
  await sent;
  assert.equal(made.messages, MANY);
});

test("nothing more is made for a client that is gone, or when the socket is closed", async (t) => {
  const { router, outbox, client } = await meet(t);
  const forNobody = count();
  await sendInTurns(router, outbox, Buffer.from("nobody"), forNobody.messages);
  assert.ok(forNobody.made.messages < MANY);
  const forClosed = count();
  router.close();
  await sendInTurns(router, outbox, client, forClosed.messages);
  assert.ok(forClosed.made.messages < MANY);
});
