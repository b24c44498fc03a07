import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import { Context, Pull, Push, Router } from "zeromq";
import { bindSocket, connectSocket, withSockets } from "../../src/transport/sockets";
import { freePort } from "../free-port";

const options = { timeout: 240_000 };
const anyPort = "tcp://127.0.0.1:*";

test("closes every socket when the body returns", options, async () => {
  const context = new Context();
  const sockets: (Push | Pull)[] = [];
  await withSockets(undefined, async (open) => {
    sockets.push(open(new Push({ context })), open(new Pull({ context })));
    await bindSocket(sockets[0]!, "anAddr", anyPort);
    assert.deepEqual(
      sockets.map(({ closed }) => closed),
      [false, false],
    );
  });
  assert.deepEqual(
    sockets.map(({ closed }) => closed),
    [true, true],
  );
});

test("closes when the body throws, and passes the error on", options, async () => {
  let socket: Pull | undefined;
  const run = withSockets(undefined, (open) => {
    socket = open(new Pull({ context: new Context() }));
    return Promise.reject(new Error("boom"));
  });
  await assert.rejects(run, /^Error: boom$/);
  assert.equal(socket!.closed, true);
});

test("an abort closes at once; then the body's end is no error", options, async () => {
  const stop = new AbortController();
  let socket: Pull | undefined;
  const run = withSockets(stop.signal, async (open) => {
    socket = open(new Pull({ context: new Context() }));
    await socket.receive();
  });
  stop.abort();
  assert.equal(socket!.closed, true);
  await run;
});

test("after an abort the body is not even begun", options, () =>
  withSockets(AbortSignal.abort(), () => assert.fail("it was")),
);

test("an error before the abort is passed on, signal or not", options, async () => {
  const { signal } = new AbortController();
  await assert.rejects(
    withSockets(signal, () => Promise.reject(new Error("boom"))),
    /boom/,
  );
});

test("a port is free again as soon as its socket is closed, 20 times", options, async () => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  for (let n = 0; n < 20; n++)
    await withSockets(undefined, async (open) => {
      const socket = open(new Router({ context: new Context() }));
      assert.equal(await bindSocket(socket, "anAddr", address), address);
    });
});

test("tells the port that was free", options, () =>
  withSockets(undefined, async (open) => {
    const socket = open(new Pull({ context: new Context() }));
    assert.match(await bindSocket(socket, "anAddr", anyPort), /^tcp:\/\/127\.0\.0\.1:\d+$/);
  }),
);

/** Binds and gives the error's message. */
async function refusal(address: string): Promise<string> {
  let message = "nothing was refused";
  await withSockets(undefined, async (open) => {
    const socket = open(new Pull({ context: new Context() }));
    await bindSocket(socket, "anAddr", address).catch((error: Error) => (message = error.message));
  });
  return message;
}

test("a taken port: which, who probably, and what to do", options, async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  assert.equal(
    await refusal(`tcp://127.0.0.1:${port}`),
    `Cannot bind anAddr tcp://127.0.0.1:${port}: the port is taken, probably by an agent of an ` +
      "earlier run that is still alive. Stop that run (in a notebook: restart its kernel), or choose another address.",
  );
});

test(
  "the reason is the real one although somebody listens to the events, 100 times",
  options,
  async () => {
    for (let n = 0; n < 100; n++)
      await withSockets(undefined, async (open) => {
        const socket = open(new Pull({ context: new Context() }));
        socket.events.on("accept", () => {});
        const bound = bindSocket(socket, "anAddr", "tcp://192.0.2.1:5557");
        await assert.rejects(bound, /no such network address/);
      });
  },
);

test("an address of another machine, an unknown interface", options, async () => {
  assert.match(
    await refusal("tcp://192.0.2.1:5557"),
    /^Cannot bind anAddr .*no such network address/,
  );
  assert.match(
    await refusal("tcp://nosuch0:5557"),
    /^Cannot bind anAddr .*no such network interface/,
  );
});

test("what is no address is refused before anything is tried", options, async () => {
  assert.match(await refusal("5557"), /^Cannot use anAddr /);
});

test("an abort while a taken port is waited for ends the wait", options, async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const stop = new AbortController();
  const run = withSockets(stop.signal, async (open) => {
    const socket = open(new Pull({ context: new Context() }));
    await bindSocket(socket, "anAddr", `tcp://127.0.0.1:${port}`);
  });
  const startedAt = performance.now();
  stop.abort();
  await run;
  assert.ok(performance.now() - startedAt < 20_000);
});

test("connecting returns at once, but not to any port", options, () =>
  withSockets(undefined, (open) => {
    const socket = open(new Pull({ context: new Context() }));
    connectSocket(socket, "anAddr", "tcp://127.0.0.1:1");
    assert.throws(() => connectSocket(socket, "anAddr", anyPort), {
      name: "TypeError",
      message: `Cannot connect anAddr as * is only for those who bind: current value is "${anyPort}"`,
    });
    assert.throws(() => connectSocket(socket, "anAddr", "nowhere"), /Cannot use anAddr/);
    return Promise.resolve();
  }),
);

test("after a stop nothing lingers for a later run", options, async () => {
  const program = `
    const { Push } = require("zeromq");
    const { withSockets, connectSocket } = require("./src/transport/sockets");
    const stop = new AbortController();
    void withSockets(stop.signal, async (open) => {
      const socket = open(new Push({ linger: 60_000 }));
      connectSocket(socket, "anAddr", "tcp://127.0.0.1:1");
      await socket.send("to nobody");
      stop.abort();
    });`;
  const args = ["--require", "ts-node/register/transpile-only", "-e", program];
  await promisify(execFile)(process.execPath, args, { timeout: 240_000 });
});

test(
  "a process ends although its messages found nobody and its context is garbage",
  options,
  async () => {
    const program = `
    const { Context, Push } = require("zeromq");
    const { withSockets, connectSocket } = require("./src/transport/sockets");
    const { Connections } = require("./src/transport/connections");
    const run = () => withSockets(undefined, async (open) => {
      const socket = open(new Push({ context: new Context(), linger: 500 }));
      new Connections(socket);
      connectSocket(socket, "anAddr", "tcp://127.0.0.1:1");
      await socket.send("to nobody");
    });
    run().then(() => { global.gc(); setImmediate(global.gc); });`;
    const args = ["--expose-gc", "--require", "ts-node/register/transpile-only", "-e", program];
    await promisify(execFile)(process.execPath, args, { timeout: 240_000 });
  },
);
