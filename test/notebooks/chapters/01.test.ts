/** What chapter 1 says of sockets. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Pull, Push } from "zeromq";
import { bindSocket } from "../../../src/transport/sockets";

const timeout = 60_000;

async function pair(t: TestContext): Promise<[Push, Pull]> {
  const context = new Context();
  const [sender, receiver] = [new Push({ context, linger: 0 }), new Pull({ context, linger: 0 })];
  t.after(() => [sender, receiver].forEach((socket) => socket.close()));
  await receiver.bind("tcp://127.0.0.1:*");
  sender.connect(receiver.lastEndpoint!);
  return [sender, receiver];
}

test("with a receiver at hand, the first few sends pass without await", { timeout }, async (t) => {
  const [sender, receiver] = await pair(t);
  await Promise.all(["one", "two", "three", "four", "five"].map((text) => sender.send(text)));
  for (const text of ["one", "two", "three", "four", "five"])
    assert.equal(String(await receiver.receive()), text);
});

test("when there is much to do, they do not", { timeout }, async (t) => {
  const [sender] = await pair(t);
  const sends: Promise<void>[] = [];
  assert.throws(
    () => {
      for (let n = 0; n < 10_000; n++) sends.push(sender.send(String(n)));
    },
    { code: "EBUSY" },
  );
  sender.close();
  await Promise.allSettled(sends);
});

test("a message waits in its mailbox until somebody binds", { timeout }, async (t) => {
  const [, free] = await pair(t);
  const address = free.lastEndpoint!;
  await free.unbind(address);
  const context = new Context();
  const [sender, receiver] = [new Push({ context, linger: 0 }), new Pull({ context })];
  t.after(() => [sender, receiver].forEach((socket) => socket.close()));
  sender.connect(address);
  await sender.send("is anybody there?");
  await bindSocket(receiver, "address", address);
  assert.equal(String(await receiver.receive()), "is anybody there?");
});
