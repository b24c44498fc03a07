import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Pull, Push, Router } from "zeromq";
import { Outbox } from "../../src/transport/outbox";

const options = { timeout: 240_000 };

/** Two ends of a line. */
async function connected(t: TestContext) {
  const context = new Context();
  const [sender, receiver] = [new Push({ context, linger: 0 }), new Pull({ context })];
  t.after(() => [sender, receiver].forEach((socket) => socket.close()));
  await receiver.bind("tcp://127.0.0.1:*");
  sender.connect(receiver.lastEndpoint!);
  return { sender, receiver };
}

test("many messages handed in at once arrive in order", options, async (t) => {
  const { sender, receiver } = await connected(t);
  const outbox = new Outbox(sender, (error) => assert.fail(error));
  for (let n = 0; n < 5000; n++) outbox.post([`${n}`, "second frame"]);
  for (let n = 0; n < 5000; n++)
    assert.deepEqual((await receiver.receive()).map(String), [`${n}`, "second frame"]);
});

test(
  "flushed: everything handed in before is with libzmq, and arrives after close",
  options,
  async (t) => {
    const { sender, receiver } = await connected(t);
    const outbox = new Outbox(sender);
    for (let n = 0; n < 500; n++) outbox.post([`${n}`]);
    await outbox.flush();
    sender.linger = 5000;
    sender.close();
    for (let n = 0; n < 500; n++) assert.equal(String(await receiver.receive()), `${n}`);
  },
);

/** A ROUTER that nobody is connected to: it cannot send anything anywhere. */
function lonely(t: TestContext): Router {
  const router = new Router({ context: new Context(), mandatory: true, sendTimeout: 0 });
  t.after(() => router.close());
  return router;
}

test(
  "a message that cannot be sent is reported, with its frames; the next is tried",
  options,
  async (t) => {
    const failed: unknown[] = [];
    const outbox = new Outbox(lonely(t), ({ code }, frames) => failed.push([code, frames]));
    outbox.post(["A", "1"]);
    outbox.post(["B", "2"]);
    await outbox.flush();
    assert.deepEqual(failed, [
      ["EHOSTUNREACH", ["A", "1"]],
      ["EHOSTUNREACH", ["B", "2"]],
    ]);
  },
);

test("a message may have a listener of its own", options, async (t) => {
  const failed: string[] = [];
  const outbox = new Outbox(lonely(t), () => failed.push("shared"));
  outbox.post(["A", "1"], () => failed.push("own"));
  outbox.post(["B", "2"]);
  await outbox.flush();
  assert.deepEqual(failed, ["own", "shared"]);
});

test("a failure may hand in another message: it comes last", options, async (t) => {
  const failed: string[] = [];
  const outbox = new Outbox(lonely(t), (_, [name]) => {
    failed.push(name as string);
    if (name === "A") outbox.post(["A again", "3"]);
  });
  for (const name of ["A", "B"]) outbox.post([name, "1"]);
  await outbox.flush(); // A and B
  await outbox.flush(); // what came up meanwhile
  assert.deepEqual(failed, ["A", "B", "A again"]);
});

test("on a closed socket nothing is sent, and nobody complains", options, async () => {
  const router = new Router({ context: new Context(), mandatory: true, sendTimeout: 0 });
  const outbox = new Outbox(router, (error) => assert.fail(error));
  outbox.post(["A"]);
  router.close();
  outbox.post(["B"]);
  await outbox.flush();
});
