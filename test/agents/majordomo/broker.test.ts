import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Context, Dealer, Request, Router } from "zeromq";
import {
  majordomoBrokerAgent,
  type MajordomoBrokerOptions,
} from "../../../src/agents/majordomo/broker";
import type { MajordomoBrokerEvent } from "../../../src/agents/majordomo/events";
import { readRefusal } from "../../../src/messages/dead-letter";
import type { ResultMessage } from "../../../src/messages/result-message";
import { bindSocket } from "../../../src/transport/sockets";
import { freePort } from "../../free-port";
import { anyPort, Witness } from "../bare-peers";
import { Program } from "../programs";

const options = { timeout: 480_000 };

/** A running broker, stopped when the test is over. */
async function running(t: TestContext, given: MajordomoBrokerOptions = {}) {
  const witness = new Witness<MajordomoBrokerEvent>();
  const stop = new AbortController();
  const run = majordomoBrokerAgent({
    brokerAddr: anyPort,
    heartbeatMs: 50,
    liveness: 1000,
    onEvent: witness.onEvent,
    signal: stop.signal,
    ...given,
  });
  run.catch(() => {});
  t.after(async () => {
    stop.abort();
    await run.catch(() => {});
  });
  const { addresses } = await witness.heard("listening");
  return { witness, stop, run, address: addresses[0]! };
}

/** A client or worker without an agent around it; frames are texts, one byte a character. */
class Peer {
  readonly socket: Dealer;

  constructor(t: TestContext, address: string, routingId?: string) {
    this.socket = new Dealer({
      context: new Context(),
      linger: 0,
      ...(routingId && { routingId }),
    });
    t.after(() => this.socket.close());
    this.socket.connect(address);
  }

  send(...frames: string[]): Promise<void> {
    return this.socket.send(frames.map((frame) => Buffer.from(frame, "latin1")));
  }

  /** The next message that is no heartbeat. */
  async next(): Promise<string[]> {
    for (;;) {
      const frames = (await this.socket.receive()).map((frame) => frame.toString("latin1"));
      if (!["MDPW02/\x05", "/MDPW01/\x04"].includes(frames.join("/"))) return frames;
    }
  }

  ask(text: string, service = "work"): Promise<void> {
    return this.send("MDPC02", "\x01", service, text);
  }

  /** Registers, and waits until the broker has noticed. */
  async ready(witness: Witness<MajordomoBrokerEvent>, service = "work"): Promise<string> {
    const before = witness.all("worker-joined").length;
    await this.send("MDPW02", "\x01", service);
    await witness.heard("worker-joined", () => witness.all("worker-joined").length > before);
    return witness.all("worker-joined").at(-1)!.worker;
  }

  /** Takes a request and answers it. */
  async work(answer: string): Promise<string> {
    const [header, code, client, empty, text] = await this.next();
    assert.deepEqual([header, code, empty], ["MDPW02", "\x02", ""]);
    await this.send("MDPW02", "\x04", client!, "", answer);
    return text!;
  }
}

/** Resolves when libzmq tells this of a peer's connection. */
function happens({ socket }: Peer, event: "handshake" | "disconnect"): Promise<void> {
  return new Promise((resolve) => socket.events.on(event, () => resolve()));
}

test("a request goes to a worker, its answers to the client", options, async (t) => {
  const { witness, stop, run, address } = await running(t);
  const [worker, client] = [new Peer(t, address, "W"), new Peer(t, address, "C")];
  await worker.ready(witness);
  await client.ask("task");
  assert.deepEqual(await worker.next(), ["MDPW02", "\x02", "C", "", "task"]);
  await worker.send("MDPW02", "\x03", "C", "", "part 1");
  await worker.send("MDPW02", "\x03", "C", "", "part 2", "second frame");
  await worker.send("MDPW02", "\x04", "C", "", "end");
  assert.deepEqual(await client.next(), ["MDPC02", "\x02", "work", "part 1"]);
  assert.deepEqual(await client.next(), ["MDPC02", "\x02", "work", "part 2", "second frame"]);
  assert.deepEqual(await client.next(), ["MDPC02", "\x03", "work", "end"]);
  stop.abort();
  await run;
  assert.deepEqual(
    witness.events.map(({ type, agent }) => `${agent}: ${type}`),
    [
      "Broker: listening",
      "Broker: worker-joined",
      "Broker: request-received",
      "Broker: request-dispatched",
      "Broker: request-answered",
      "Broker: finished",
    ],
  );
});

test("a REQ client of MDP 0.1 is served by a worker of 0.2", options, async (t) => {
  const { witness, address } = await running(t);
  const worker = new Peer(t, address);
  await worker.ready(witness);
  const client = new Request({ context: new Context(), linger: 0 });
  t.after(() => client.close());
  client.connect(address);
  for (const text of ["one", "two"]) {
    await client.send(["MDPC01", "work", text]);
    assert.equal(await worker.work(`${text} done`), text);
    assert.deepEqual((await client.receive()).map(String), ["MDPC01", "work", `${text} done`]);
  }
  await client.send(["MDPC01", "mmi.service", "work"]);
  assert.deepEqual((await client.receive()).map(String), ["MDPC01", "mmi.service", "200"]);
});

test("a worker hears a heartbeat at each interval", options, async (t) => {
  const { witness, address } = await running(t);
  const worker = new Peer(t, address);
  await worker.ready(witness);
  const startedAt = performance.now();
  for (let n = 0; n < 4; n++)
    assert.deepEqual((await worker.socket.receive()).map(String), ["MDPW02", "\x05"]);
  assert.ok(performance.now() - startedAt > 2 * 50); // the first may come at once
});

test("a worker that is silent is struck off, told so, and may come back", options, async (t) => {
  const { witness, address } = await running(t, { heartbeatMs: 50, liveness: 50 });
  const [worker, client] = [new Peer(t, address, "W"), new Peer(t, address, "C")];
  await worker.ready(witness);
  await client.ask("task");
  assert.deepEqual(await worker.next(), ["MDPW02", "\x02", "C", "", "task"]);
  assert.deepEqual(await worker.next(), ["MDPW02", "\x06"]);
  assert.equal(witness.all("worker-left")[0]?.parting, "expired");
  await worker.ready(witness);
  assert.equal(await worker.work("done"), "task");
  assert.deepEqual(await client.next(), ["MDPC02", "\x03", "work", "done"]);
});

test(
  "a worker that is gone is noticed at the next heartbeat; its request goes on",
  options,
  async (t) => {
    const { witness, address } = await running(t);
    const [lost, next, client] = [new Peer(t, address), new Peer(t, address), new Peer(t, address)];
    const name = await lost.ready(witness);
    await client.ask("task");
    await lost.next();
    await next.ready(witness);
    lost.socket.close();
    const { worker, parting } = await witness.heard("worker-left");
    assert.deepEqual([worker, parting], [name, "unreachable"]);
    assert.equal(await next.work("done"), "task");
    assert.deepEqual(await client.next(), ["MDPC02", "\x03", "work", "done"]);
  },
);

test("five idle workers that are gone do not keep a request from the sixth", options, async (t) => {
  const { witness, address } = await running(t);
  const gone = Array.from({ length: 5 }, () => new Peer(t, address));
  for (const worker of gone) await worker.ready(witness);
  const [alive, client] = [new Peer(t, address), new Peer(t, address)];
  await alive.ready(witness);
  gone.forEach(({ socket }) => socket.close());
  await witness.heard("worker-left");
  await client.ask("task");
  const text = await alive.work("done");
  assert.deepEqual([text, (await client.next()).at(-1)], ["task", "done"]);
});

test(
  "a client that is gone: its waiting requests are dropped, others' are served",
  options,
  async (t) => {
    const { witness, address } = await running(t);
    const [gone, client, worker] = ["G", "C", "W"].map((name) => new Peer(t, address, name));
    await gone!.ready(witness, "else"); // heartbeats tell when the broker knows that it is gone
    for (const text of ["g1", "g2", "g3", "g4"]) await gone!.ask(text);
    await witness.heard("request-received", ({ request }) => request === 4);
    await client!.ask("c1");
    await witness.heard("request-received", ({ request }) => request === 5);
    await worker!.ready(witness);
    gone!.socket.close();
    await witness.heard("worker-left", ({ worker }) => worker === "G");
    assert.equal(await worker!.work("done"), "g1");
    assert.equal(await worker!.work("done"), "c1"); // its turn came after g1
    assert.equal((await witness.heard("client-left")).dropped, 3);
    assert.deepEqual(await client!.next(), ["MDPC02", "\x03", "work", "done"]);
  },
);

test("a stranger under a worker's name changes nothing", options, async (t) => {
  const { witness, address } = await running(t);
  const [worker, client] = [new Peer(t, address, "W"), new Peer(t, address, "C")];
  await worker.ready(witness);
  const stranger = new Peer(t, address, "W"); // libzmq keeps the first, and says nothing
  await happens(stranger, "handshake");
  await stranger.send("MDPW02", "\x01", "work");
  await stranger.send("MDPW02", "\x06");
  for (const text of ["one", "two"]) {
    await client.ask(text);
    assert.equal(await worker.work(`${text} done`), text);
    assert.equal((await client.next()).at(-1), `${text} done`);
  }
  assert.deepEqual(
    [witness.all("worker-joined").length, witness.all("worker-left").length],
    [1, 0],
  );
  stranger.socket.receiveTimeout = 0;
  await assert.rejects(stranger.socket.receive(), { code: "EAGAIN" });
});

test("nonsense is an event, and the broker lives on", options, async (t) => {
  const { witness, address } = await running(t);
  const [worker, client] = [new Peer(t, address, "W"), new Peer(t, address, "C")];
  for (const frames of [[""], ["hello"], ["MDPC02"], ["MDPC02", "\x03", "work", "x"]])
    await client.send(...frames);
  await worker.send("MDPW02", "\x05");
  assert.deepEqual(await worker.next(), ["MDPW02", "\x06"]);
  await witness.heard("frame-rejected", () => witness.all("frame-rejected").length === 4);
  assert.match(witness.all("frame-rejected")[1]!.reason, /^C: "hello" is no header/);
  await worker.ready(witness);
  await client.ask("task");
  await worker.work("done");
  assert.equal((await client.next()).at(-1), "done");
});

test("too large: refused with a reason; far too large: libzmq hangs up", options, async (t) => {
  const { witness, address } = await running(t, { maxFrameBytes: 1000 });
  const [worker, client, other] = ["W", "C", "O"].map((name) => new Peer(t, address, name));
  await worker!.ready(witness);
  await client!.ask(JSON.stringify({ task_id: "t", data: "x".repeat(1000), timestamp: 0 }));
  const result = JSON.parse((await client!.next()).at(-1)!) as ResultMessage;
  assert.deepEqual([result.task_id, readRefusal(result)?.name], ["t", "TooLarge"]);
  const hangUp = happens(client!, "disconnect");
  await client!.ask("x".repeat(16_001));
  await hangUp;
  await other!.ask("task");
  assert.equal(await worker!.work("done"), "task");
  assert.equal((await other!.next()).at(-1), "done");
});

test(
  "stopped: DISCONNECT to every worker, the port is free, the summary adds up",
  options,
  async (t) => {
    const { witness, stop, run, address } = await running(t);
    const [one, two, old, client] = Array.from({ length: 4 }, () => new Peer(t, address));
    await one!.ready(witness);
    await client!.ask("first");
    await one!.work("done");
    await client!.next();
    await client!.ask("second");
    await one!.next();
    await two!.ready(witness, "else");
    await old!.send("", "MDPW01", "\x01", "else");
    await witness.heard("worker-joined", ({ dialect }) => dialect === "0.1");
    const stoppedAt = performance.now();
    stop.abort();
    assert.deepEqual(await one!.next(), ["MDPW02", "\x06"]);
    assert.deepEqual(await two!.next(), ["MDPW02", "\x06"]);
    assert.deepEqual(await old!.next(), ["", "MDPW01", "\x05"]);
    const { durationMs, ...summary } = await run;
    assert.ok(performance.now() - stoppedAt < 20_000);
    assert.ok(durationMs > 0);
    assert.deepEqual(summary, {
      outcome: "stopped",
      requests: 2,
      answered: 1,
      redelivered: 0,
      deadLetters: 0,
      refused: 0,
      cancelled: 0,
      unanswered: 1,
      workersJoined: 3,
      workersLeft: {
        disconnected: 0,
        expired: 0,
        unreachable: 0,
        "timed-out": 0,
        misbehaved: 0,
        cancelled: 0,
      },
      framesRejected: 0,
    });
    const successor = new Router({ context: new Context() });
    t.after(() => successor.close());
    assert.equal(await bindSocket(successor, "brokerAddr", address), address);
  },
);

test(
  "stopped before it starts: nothing is bound, and a summary all the same",
  options,
  async () => {
    const witness = new Witness<MajordomoBrokerEvent>();
    const signal = AbortSignal.abort();
    const { outcome, requests } = await majordomoBrokerAgent({ signal, onEvent: witness.onEvent });
    assert.deepEqual([outcome, requests], ["stopped", 0]);
    assert.deepEqual(
      witness.events.map(({ type }) => type),
      ["finished"],
    );
  },
);

test("stopped while it binds: a summary, and the port is free", options, async (t) => {
  const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
  const stop = new AbortController();
  const run = majordomoBrokerAgent({ brokerAddr, signal: stop.signal });
  stop.abort();
  assert.equal((await run).outcome, "stopped");
  const successor = new Router({ context: new Context() });
  t.after(() => successor.close());
  await bindSocket(successor, "brokerAddr", brokerAddr);
});

test("a taken port: an error that names it and says what to do", options, async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const brokerAddr = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(majordomoBrokerAgent({ brokerAddr }), (error: Error) => {
    assert.ok(error.message.startsWith(`Cannot bind brokerAddr ${brokerAddr}: the port is taken`));
    return true;
  });
});

const mistakes: [given: object, name: string, complaint: RegExp][] = [
  [{ brokerAddr: "5555" }, "TypeError", /Cannot use brokerAddr .*current value is "5555"$/],
  [{ heartbeatMs: 0 }, "RangeError", /Cannot use heartbeatMs .*current value is 0$/],
  [{ heartbeatMs: 2 ** 31 }, "RangeError", /Cannot use heartbeatMs .*current value is 2147483648$/],
  [{ liveness: 1.5 }, "RangeError", /Cannot use liveness /],
  [{ busySilenceMs: -1 }, "RangeError", /Cannot use busySilenceMs /],
  [{ requestTimeoutMs: NaN }, "RangeError", /Cannot use requestTimeoutMs .*current value is NaN$/],
  [{ serviceTimeoutMs: "1" }, "RangeError", /Cannot use serviceTimeoutMs /],
  [{ maxAttempts: 0 }, "RangeError", /Cannot use maxAttempts /],
  [{ maxDeliveries: 0 }, "RangeError", /Cannot use maxDeliveries /],
  [{ maxRequests: 0.5 }, "RangeError", /Cannot use maxRequests /],
  [{ maxFrameBytes: 0 }, "RangeError", /Cannot use maxFrameBytes /],
];

for (const [given, name, message] of mistakes)
  test(`${JSON.stringify(given)} is a ${name} that names it`, options, () =>
    assert.rejects(majordomoBrokerAgent(given), { name, message }),
  );

/** At each of these an onEvent may throw: in the loop, at a tick, and when something could not be sent. */
const moments = ["worker-joined", "worker-left", "client-left"] as const;

for (const moment of moments)
  test(`an onEvent that throws at ${moment} ends the agent with its error`, options, async (t) => {
    const witness = new Witness<MajordomoBrokerEvent>();
    const onEvent = (event: MajordomoBrokerEvent) => {
      witness.onEvent(event);
      if (event.type === moment) assert.fail("boom");
    };
    const liveness = moment === "worker-left" ? 2 : 1000;
    const run = majordomoBrokerAgent({ brokerAddr: anyPort, heartbeatMs: 50, liveness, onEvent });
    const failed = assert.rejects(run, /^AssertionError.*: boom$/);
    const { addresses } = await witness.heard("listening");
    const [client, worker] = [new Peer(t, addresses[0]!, "C"), new Peer(t, addresses[0]!)];
    await worker.send("MDPW02", "\x01", "work");
    if (moment === "client-left") {
      await client.ready(witness, "else"); // heartbeats tell when the broker knows that it is gone
      await client.ask("task");
      await worker.next();
      client.socket.close();
      await witness.heard("worker-left", ({ worker }) => worker === "C");
      await worker.send("MDPW02", "\x04", "C", "", "done");
    }
    await failed;
  });

test("as a program: --help shows the flags and their defaults", options, async (t) => {
  const help = new Program(t, "majordomo/broker", ["--help"]);
  assert.equal(await help.exit(), 0);
  assert.match(help.stdout, /--broker-addr <address>[^]*tcp:\/\/127\.0\.0\.1:5555[^]*BROKER_ADDR/);
  assert.match(help.stdout, /--heartbeat-ms <ms>[^]*default: 2500/);
  for (const flag of ["liveness", "busy-silence-ms", "request-timeout-ms", "service-timeout-ms"])
    assert.match(help.stdout, new RegExp(`--${flag} <`));
});

test(
  "as a program: it says what happens; Ctrl-C ends it with a summary and 0",
  options,
  async (t) => {
    const brokerAddr = `tcp://127.0.0.1:${await freePort()}`;
    const program = new Program(t, "majordomo/broker", ["--broker-addr", brokerAddr]);
    await program.says(`[Broker] listening on ${brokerAddr}\n`);
    const worker = new Peer(t, brokerAddr, "W");
    await worker.send("MDPW02", "\x01", "work");
    await program.says('[Broker] W joins for "work" (MDP 0.2): 1 worker\n');
    program.child.kill("SIGINT");
    assert.deepEqual(await worker.next(), ["MDPW02", "\x06"]);
    assert.equal(await program.exit(), 0, program.stderr);
    assert.match(program.stdout, /^\[Broker\] stopped: 0 requests in \d+\.\d s: 0 answered/m);
    assert.equal(program.stderr, "");
  },
);
