import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { Context, Pull, Push, Subscriber, type Socket } from "zeromq";
import { Connections } from "../../src/transport/connections";

const options = { timeout: 240_000 };

/** A socket whose monitor is played by hand; a number lets that many milliseconds pass. */
function stage(t: TestContext) {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const events = new EventEmitter();
  const connections = new Connections({ events } as unknown as Socket);
  const emit = (event: string | number) => {
    if (typeof event === "number") now += event;
    else events.emit(event);
  };
  return { connections, emit };
}

function play(t: TestContext, ...story: (string | number)[]): Connections {
  const { connections, emit } = stage(t);
  story.forEach(emit);
  return connections;
}

const worker = ["accept", "handshake"];
const failure = "handshake:error:other";

const stories: [what: string, connected: number, story: (string | number)[]][] = [
  ["a worker", 1, worker],
  ["a worker that left", 0, [...worker, 5, "disconnect"]],
  ["one of two workers left", 1, [...worker, ...worker, "disconnect"]],
  ["a raw connection comes and goes", 1, [...worker, "accept", failure, "disconnect"]],
  ["it goes after a worker came", 1, ["accept", 5, ...worker, 5000, failure, "disconnect"]],
  ["it stays while a worker leaves", 0, [...worker, "accept", 5000, "disconnect"]],
  ["a wrong socket type", 1, [...worker, "accept", 1, "disconnect"]],
  ["two wrong socket types at once", 0, ["accept", "accept", 1, "disconnect", "disconnect"]],
  ["a wrong type while a worker shakes hands", 1, ["accept", ...worker, 1, "disconnect"]],
  ["the same, the other way round", 1, ["accept", "accept", "disconnect", "handshake"]],
  ["a worker goes while another comes", 1, [...worker, "accept", "disconnect", "handshake"]],
  ["a refused wrong type that took its time", 0, ["accept", 5000, "disconnect"]],
];

for (const [what, connected, story] of stories)
  test(`counts ${connected}: ${what}`, (t) => assert.equal(play(t, ...story).connected, connected));

test("one who takes another's place is a change, although the number stays", (t) => {
  const { connections, emit } = stage(t);
  let changes = 0;
  connections.onChange(() => changes++);
  [...worker, "accept", "disconnect", "handshake"].forEach(emit);
  assert.deepEqual([connections.connected, connections.most, changes], [1, 1, 2]);
  emit("disconnect");
  assert.deepEqual([connections.connected, changes], [0, 3]);
});

test("knows the most that were there at once, not how often somebody came", (t) => {
  assert.equal(play(t, ...worker, "disconnect", ...worker).most, 1);
  assert.equal(play(t, ...worker, ...worker, "disconnect").most, 2);
});

test("tells for how long nobody has been there", (t) => {
  assert.equal(play(t, 70).goneForMs, 70);
  assert.equal(play(t, 70, ...worker, 1000).goneForMs, 0);
  assert.equal(play(t, ...worker, 1000, "disconnect", 30).goneForMs, 30);
  assert.equal(
    play(t, ...worker, 10, "disconnect", 30, "accept", failure, "disconnect").goneForMs,
    30,
  );
});

/** A bound PUSH that is watched. */
async function watched(t: TestContext) {
  const socket = new Push({ context: new Context(), linger: 0 });
  t.after(() => socket.close());
  const connections = new Connections(socket);
  await socket.bind("tcp://127.0.0.1:*");
  const address = socket.lastEndpoint!;
  const heard = (type: "disconnect" | "handshake" | "accept") =>
    new Promise<void>((resolve) => socket.events.on(type, () => resolve()));
  return { socket, connections, address, port: Number(address.split(":").pop()), heard };
}

function join(t: TestContext, address: string): Pull {
  const peer = new Pull({ context: new Context() });
  t.after(() => peer.close());
  peer.connect(address);
  return peer;
}

/** Resolves once so many are connected. */
async function until(connections: Connections, connected: number): Promise<void> {
  if (connections.connected === connected) return;
  const changes = connections.changes();
  while (connections.connected !== connected) await changes.next();
}

test("real workers come and go", options, async (t) => {
  const { connections, address } = await watched(t);
  const [first] = [join(t, address), join(t, address)];
  await until(connections, 2);
  first.close();
  await until(connections, 1);
  assert.equal(connections.most, 2);
});

const strangers: [string, (port: number) => Promise<unknown>][] = [
  [
    "a raw connection",
    async (port) => {
      const stranger = connect(port, "127.0.0.1");
      await once(stranger, "connect");
      stranger.destroy();
    },
  ],
  [
    "an HTTP request",
    async (port) => {
      const stranger = connect(port, "127.0.0.1").on("error", () => {});
      await once(stranger, "connect");
      stranger.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    },
  ],
  [
    "a wrong socket type",
    async (port) => {
      const stranger = new Subscriber({ context: new Context() });
      const refused = new Promise<void>((done) => stranger.events.on("disconnect", () => done()));
      stranger.connect(`tcp://127.0.0.1:${port}`);
      await refused;
      stranger.close();
    },
  ],
];

for (const [what, visit] of strangers)
  test(`${what} is not counted, and hides no worker`, options, async (t) => {
    const { connections, address, port, heard } = await watched(t);
    const worker = join(t, address);
    await until(connections, 1);
    const left = heard("disconnect");
    await visit(port);
    await left;
    assert.deepEqual([connections.connected, connections.most], [1, 1]);
    worker.close();
    await until(connections, 0);
  });

test("20 strangers of a wrong type among 10 workers, all at once", options, async (t) => {
  const { socket, connections, address } = await watched(t);
  let left = 0;
  const allLeft = new Promise<void>((resolve) =>
    socket.events.on("disconnect", () => ++left === 20 && resolve()),
  );
  const context = new Context();
  for (let n = 0; n < 30; n++) {
    const peer = n % 3 ? new Subscriber({ context }) : new Pull({ context });
    t.after(() => peer.close());
    peer.connect(address);
  }
  await allLeft;
  await until(connections, 10);
  assert.equal(connections.most, 10);
});

test("waits for somebody, until the signal says stop", options, async (t) => {
  const { connections, address } = await watched(t);
  const stop = new AbortController();
  const wait = connections.somebody(stop.signal);
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
  join(t, address);
  await connections.somebody(new AbortController().signal);
  assert.equal(connections.connected, 1);
});

test("tells whether somebody is back in time", options, async (t) => {
  const { connections, address } = await watched(t);
  assert.equal(await connections.isBackWithin(20), false);
  join(t, address);
  assert.equal(await connections.isBackWithin(50_000), true);
  await until(connections, 1);
  assert.equal(await connections.isBackWithin(0), true);
  const stopped = connections.isBackWithin(5000, AbortSignal.abort());
  assert.equal(await stopped, true, "who is there is there");
});

test("a stop while waiting for somebody's return is passed on", options, async (t) => {
  const { connections } = await watched(t);
  const stop = new AbortController();
  const wait = connections.isBackWithin(5000, stop.signal);
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
});

test("yields once for every change, none missed", options, async (t) => {
  const { connections, address } = await watched(t);
  const changes = connections.changes();
  let calls = 0;
  connections.onChange(() => calls++);
  const worker = join(t, address);
  await until(connections, 1);
  worker.close();
  await until(connections, 0);
  await changes.next();
  await changes.next();
  assert.equal(calls, 2);
  const stop = new AbortController();
  const more = connections.changes(stop.signal).next();
  stop.abort();
  await assert.rejects(more, { name: "AbortError" });
});
