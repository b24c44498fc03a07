import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Dealer } from "zeromq";
import { majordomoBrokerAgent } from "../../../src/agents/majordomo/broker";
import type { MajordomoBrokerEvent } from "../../../src/agents/majordomo/events";
import { encodeFrame } from "../../../src/messages/frame";
import { createTaskMessage } from "../../../src/messages/task-message";
import { anyPort, Witness } from "../bare-peers";

const options = { timeout: 240_000 };

/** A running broker, stopped when the test is over; its heartbeats are rare, and it has patience with silent workers. */
async function running(t: TestContext) {
  const witness = new Witness<MajordomoBrokerEvent>();
  const stop = new AbortController();
  const run = majordomoBrokerAgent({
    brokerAddr: anyPort,
    heartbeatMs: 100,
    liveness: 2000,
    onEvent: witness.onEvent,
    signal: stop.signal,
  });
  t.after(async () => {
    stop.abort();
    await run.catch(() => {});
  });
  const { addresses } = await witness.heard("listening");
  const close = () => (stop.abort(), run);
  return { t, witness, close, address: addresses[0]! };
}

type Broker = Awaited<ReturnType<typeof running>>;

/** A client or worker without an agent around it; frames are texts, one byte a character. */
class Peer {
  readonly socket: Dealer;

  constructor({ t, address }: Broker, routingId: string) {
    this.socket = new Dealer({ context: new Context(), linger: 0, routingId });
    t.after(() => this.socket.close());
    this.socket.connect(address);
  }

  send(...frames: (string | Buffer)[]): Promise<void> {
    return this.socket.send(
      frames.map((frame) => (typeof frame === "string" ? Buffer.from(frame, "latin1") : frame)),
    );
  }

  /** The next message that is no heartbeat, its frames joined by slashes. */
  async next(onHeartbeat?: () => Promise<void>): Promise<string> {
    for (;;) {
      const frames = (await this.socket.receive()).map((frame) => frame.toString("latin1"));
      const text = frames.join("/");
      if (text !== "MDPW02/\x05") return text;
      await onHeartbeat?.();
    }
  }
}

class BareClient extends Peer {
  /** Sends a task; gives its task_id. */
  async ask(): Promise<string> {
    const task = createTaskMessage("data");
    await this.send("MDPC02", "\x01", "work", encodeFrame(task));
    return task.task_id;
  }

  cancel(taskId: string): Promise<void> {
    return this.send("MDPC02", "\x01", "mmi.cancel", taskId);
  }
}

class BareWorker extends Peer {
  ready(): Promise<void> {
    return this.send("MDPW02", "\x01", "work");
  }

  answer(client: string, text: string, type: "part" | "end" = "end"): Promise<void> {
    return this.send("MDPW02", type === "part" ? "\x03" : "\x04", client, "", text);
  }

  /** Takes a request; gives whose it is, and its task_id. */
  async take(): Promise<[client: string, taskId: string]> {
    const [header, command, client, empty, ...body] = (await this.next()).split("/");
    assert.deepEqual([header, command, empty], ["MDPW02", "\x02", ""]);
    return [client!, (JSON.parse(body.join("/")) as { task_id: string }).task_id];
  }
}

const code = (digits: string) => `MDPC02/\x03/mmi.cancel/${digits}`;
const answered = (text: string) => `MDPC02/\x03/work/${text}`;
const disconnect = "MDPW02/\x06";

/** Waits until the broker has done this with so many requests. */
const happened = (
  { witness }: Broker,
  type: "request-received" | "request-answered" | "request-cancelled" | "worker-joined",
  count = 1,
) => witness.heard(type, () => witness.all(type).length >= count);

test("a task of one's own that waits: 200, and no worker gets it", options, async (t) => {
  const broker = await running(t);
  const client = new BareClient(broker, "C");
  const unwanted = await client.ask();
  const wanted = await client.ask();
  await client.cancel(unwanted);
  assert.equal(await client.next(), code("200"));
  const worker = new BareWorker(broker, "W");
  await worker.ready();
  assert.deepEqual(await worker.take(), ["C", wanted]);
  await worker.answer("C", "done");
  assert.equal(await client.next(), answered("done"));
  const { cancelled, answered: answers, unanswered, refused } = await broker.close();
  assert.deepEqual([cancelled, answers, unanswered, refused], [1, 1, 0, 0]);
});

test("a task that is not there, or given up already: 404", options, async (t) => {
  const broker = await running(t);
  const client = new BareClient(broker, "C");
  await client.cancel("nobody knows it");
  assert.equal(await client.next(), code("404"));
  const taskId = await client.ask();
  await client.cancel(taskId);
  await client.cancel(taskId);
  assert.equal(await client.next(), code("200"));
  assert.equal(await client.next(), code("404"));
  assert.equal((await broker.close()).cancelled, 1);
});

for (const state of ["waits", "is worked on"])
  test(`another client's task, which ${state}: 404, and it goes on`, options, async (t) => {
    const broker = await running(t);
    const [client, thief] = [new BareClient(broker, "C"), new BareClient(broker, "T")];
    const worker = new BareWorker(broker, "W");
    const taskId = await client.ask();
    await happened(broker, "request-received");
    const takeUp = async () => {
      await worker.ready();
      assert.deepEqual(await worker.take(), ["C", taskId]);
    };
    if (state === "is worked on") await takeUp();
    await thief.cancel(taskId);
    assert.equal(await thief.next(), code("404"));
    if (state === "waits") await takeUp();
    await worker.answer("C", "done");
    assert.equal(await client.next(), answered("done"));
    const { cancelled, answered: answers, workersLeft } = await broker.close();
    assert.deepEqual([cancelled, answers, workersLeft.cancelled], [0, 1, 0]);
  });

test(
  "a task at work: its worker gets DISCONNECT, comes back, and serves the next",
  options,
  async (t) => {
    const broker = await running(t);
    const [client, worker] = [new BareClient(broker, "C"), new BareWorker(broker, "W")];
    await worker.ready();
    const taskId = await client.ask();
    await worker.take();
    await client.cancel(taskId);
    assert.equal(await worker.next(), disconnect);
    assert.equal(await client.next(), code("200"));
    const next = await client.ask();
    await worker.ready();
    assert.deepEqual(await worker.take(), ["C", next]);
    await worker.answer("C", "done");
    assert.equal(await client.next(), answered("done"));
    const { witness } = broker;
    assert.deepEqual(
      witness.all("worker-left").map(({ parting, reason }) => [parting, reason]),
      [["cancelled", "its client gave the task up"]],
    );
    const { cancelled, redelivered, workersJoined, framesRejected } = await broker.close();
    assert.deepEqual([cancelled, redelivered, workersJoined, framesRejected], [1, 0, 2, 0]);
  },
);

test("the answer came first: the client has it, and 404", options, async (t) => {
  const broker = await running(t);
  const [client, worker] = [new BareClient(broker, "C"), new BareWorker(broker, "W")];
  await worker.ready();
  const taskId = await client.ask();
  await worker.take();
  await worker.answer("C", "done");
  await happened(broker, "request-answered");
  await client.cancel(taskId); // it has not read the answer yet
  assert.equal(await client.next(), answered("done"));
  assert.equal(await client.next(), code("404"));
  const next = await client.ask();
  assert.deepEqual(await worker.take(), ["C", next], "it is still registered");
  const { cancelled, answered: answers, unanswered } = await broker.close();
  assert.deepEqual([cancelled, answers, unanswered], [0, 1, 1]);
});

test(
  "the cancel came first: the answer that crosses it finds nobody, and is no offence",
  options,
  async (t) => {
    const broker = await running(t);
    const [client, worker] = [new BareClient(broker, "C"), new BareWorker(broker, "W")];
    await worker.ready();
    const taskId = await client.ask();
    await worker.take();
    await client.cancel(taskId);
    await happened(broker, "request-cancelled");
    await worker.answer("C", "late", "part"); // it has not read the DISCONNECT yet
    await worker.answer("C", "too late");
    await worker.send("MDPW02", "\x05");
    assert.equal(await worker.next(), disconnect);
    await worker.ready();
    await happened(broker, "worker-joined", 2);
    const next = await client.ask();
    assert.deepEqual(await worker.take(), ["C", next], "it was told to leave once");
    await worker.answer("C", "done");
    assert.equal(await client.next(), code("200"));
    assert.equal(await client.next(), answered("done"));
    const { cancelled, answered: answers, framesRejected, unanswered } = await broker.close();
    assert.deepEqual([cancelled, answers, framesRejected, unanswered], [1, 1, 0, 0]);
  },
);

test("the waiting tasks of others come to the worker that is back", options, async (t) => {
  const broker = await running(t);
  const [client, other] = [new BareClient(broker, "C"), new BareClient(broker, "O")];
  const worker = new BareWorker(broker, "W");
  await worker.ready();
  const taskId = await client.ask();
  await worker.take();
  const waiting = await other.ask();
  await happened(broker, "request-received", 2);
  await client.cancel(taskId);
  assert.equal(await worker.next(), disconnect);
  await worker.ready();
  assert.deepEqual(await worker.take(), ["O", waiting]);
  await worker.answer("O", "done");
  assert.equal(await other.next(), answered("done"));
});

test("a client of MDP 0.1 gives up, and a worker of 0.1 hears of it", options, async (t) => {
  const broker = await running(t);
  const [client, worker] = [new Peer(broker, "C"), new Peer(broker, "W")];
  await worker.send("", "MDPW01", "\x01", "work");
  const task = createTaskMessage("data");
  await client.send("", "MDPC01", "work", encodeFrame(task));
  const heartbeat = "/MDPW01/\x04";
  const next = async () => {
    for (;;) {
      const text = await worker.next();
      if (text !== heartbeat) return text;
    }
  };
  assert.ok((await next()).startsWith("/MDPW01/\x02/C//"));
  await client.send("", "MDPC01", "mmi.cancel", task.task_id);
  assert.equal(await next(), "/MDPW01/\x05");
  assert.equal(await client.next(), "/MDPC01/mmi.cancel/200");
});

test("a client that is gone: who streams to it is called off", options, async (t) => {
  const broker = await running(t);
  const [client, worker] = [new BareClient(broker, "C"), new BareWorker(broker, "W")];
  await worker.ready();
  await client.ask();
  await worker.take();
  client.socket.close();
  // It goes on with its parts until the broker has noticed.
  const ending = await worker.next(() => worker.answer("C", "part", "part"));
  assert.equal(ending, disconnect);
  const { parting, reason } = await broker.witness.heard("worker-left");
  assert.deepEqual([parting, reason], ["cancelled", "its client has left"]);
  const { dropped } = await broker.witness.heard("client-left");
  assert.equal(dropped, 1);
  const { cancelled, redelivered, unanswered } = await broker.close();
  assert.deepEqual([cancelled, redelivered, unanswered], [1, 0, 0]);
});
