import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, Dealer, Pull, Push, Router } from "zeromq";
import { closeSocket } from "../../../src/notebook/lab/close-socket";

test("a port is free again as soon as its socket is closed", { timeout: 240_000 }, async () => {
  const context = new Context();
  let address = "tcp://127.0.0.1:*";
  let closes = 0;
  for (let round = 0; round < 200; round++) {
    const socket = new Pull({ context });
    if (round % 2 === 1) socket.events.on("close", () => closes++);
    await socket.bind(address);
    address = socket.lastEndpoint!;
    await closeSocket(socket);
    assert.ok(socket.closed);
  }
  assert.equal(closes, 100, "with or without a listener to its events");
});

test("a pending receive ends", { timeout: 240_000 }, async () => {
  const socket = new Pull({ context: new Context() });
  await socket.bind("tcp://127.0.0.1:*");
  const received = assert.rejects(socket.receive(), { code: "EAGAIN" });
  await closeSocket(socket);
  await received;
});

test(
  "sockets that are connected, unused or closed already close as well",
  { timeout: 240_000 },
  async () => {
    const context = new Context();
    const [connected, unused, closed] = [
      new Push({ context }),
      new Push({ context }),
      new Push({ context }),
    ];
    connected.connect("tcp://127.0.0.1:5999");
    closed.close();
    for (const socket of [connected, unused, closed]) {
      await closeSocket(socket);
      assert.ok(socket.closed);
    }
  },
);

test(
  "a socket that is connected to a living peer closes as well",
  { timeout: 240_000 },
  async () => {
    const context = new Context();
    const [bound, connected] = [new Pull({ context }), new Push({ context })];
    await bound.bind("tcp://127.0.0.1:*");
    connected.connect(bound.lastEndpoint!);
    await connected.send("hello");
    await bound.receive();
    for (const socket of [connected, bound]) {
      await closeSocket(socket);
      assert.ok(socket.closed);
    }
  },
);

test("a ROUTER whose peer has just left closes while it waits", { timeout: 240_000 }, async () => {
  const context = new Context();
  for (let round = 0; round < 500; round++) {
    const router = new Router({ context, linger: 0 });
    await router.bind("tcp://127.0.0.1:*");
    const echo = (async () => {
      for await (const frames of router) await router.send(frames);
    })();
    const dealer = new Dealer({ context, linger: 0 });
    dealer.connect(router.lastEndpoint!);
    await dealer.send("hello");
    await dealer.receive();
    dealer.close();
    await closeSocket(router); // libzmq aborted here when it was unbound on another thread
    await echo;
  }
});

test("a socket whose events somebody else reads closes as well", { timeout: 240_000 }, async () => {
  const socket = new Pull({ context: new Context() });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of socket.events) seen.push(event.type);
  })();
  await socket.bind("tcp://127.0.0.1:*");
  await closeSocket(socket);
  await reading;
  assert.ok(socket.closed);
  assert.ok(seen.includes("bind"));
});
