import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialect } from "../../../../src/messages/majordomo";
import { createTaskMessage } from "../../../../src/messages/task-message";
import { encodeFrame } from "../../../../src/messages/frame";
import { Conversation, openDealer } from "../../../../src/agents/majordomo/worker/conversation";
import { Lane } from "../../../../src/agents/majordomo/worker/lane";
import { readWorkerOptions } from "../../../../src/agents/majordomo/worker/worker-options";
import { BrokerByHand, client, employ } from "../broker-by-hand";

const options = { timeout: 240_000 };

/** Frames as a person reads them: "" for an empty one, hexadecimal for one byte. */
const readable = (frames: Buffer[]) =>
  frames.map((frame) => (frame.length === 1 ? `0x${frame.toString("hex")}` : String(frame)));

const wire: Record<Dialect, { start: string[]; request: number; codes: Record<string, string> }> = {
  "0.1": {
    start: ["", "MDPW01"],
    request: 2,
    codes: { ready: "0x01", final: "0x03", heartbeat: "0x04", disconnect: "0x05" },
  },
  "0.2": {
    start: ["MDPW02"],
    request: 2,
    codes: { ready: "0x01", partial: "0x03", final: "0x04", heartbeat: "0x05", disconnect: "0x06" },
  },
  "0.2-delimited": {
    start: ["", "MDPW02"],
    request: 2,
    codes: { ready: "0x01", partial: "0x03", final: "0x04", heartbeat: "0x05", disconnect: "0x06" },
  },
};

for (const [dialect, { start, request, codes }] of Object.entries(wire))
  test(`MDP ${dialect}, frame by frame`, options, async (t) => {
    const { broker, stop } = await employ(t, {
      dialect: dialect as Dialect,
      heartbeatMs: 60_000,
      work: (_, { sendPartial }) => {
        sendPartial!("half");
        return "whole";
      },
    });
    const next = async () => readable((await broker.frames()).slice(1));
    const [worker, ...ready] = await broker.frames();
    assert.deepEqual(readable(ready), [...start, codes.ready, "work"]);
    const task = createTaskMessage("data");
    await broker.socket.send([
      worker!,
      ...start,
      Buffer.of(request),
      client,
      "",
      encodeFrame(task),
    ]);
    assert.deepEqual(await next(), [...start, codes.heartbeat]);
    for (const [type, data] of Object.entries({ partial: "half", final: "whole" })) {
      if (!codes[type]) continue;
      const frames = await next();
      assert.deepEqual(frames.slice(0, -1), [...start, codes[type], "client-1", ""]);
      const body = JSON.parse(frames.at(-1)!) as { timestamp: number };
      assert.deepEqual(Object.keys(body), ["task_id", "result_data", "worker_id", "timestamp"]);
      assert.deepEqual(
        { ...body, timestamp: 0 },
        { task_id: task.task_id, result_data: data, worker_id: "1", timestamp: 0 },
      );
    }
    stop.abort();
    assert.deepEqual(await next(), [...start, codes.disconnect]);
  });

test("a worker's name on the wire is never too long", options, async (t) => {
  const { broker } = await employ(t, { workerId: "ü".repeat(200) });
  assert.match((await broker.next("ready")).worker, /^Worker-ü{40}-[0-9a-f]{8}$/);
});

test("heartbeats go both ways for as long as both live", options, async (t) => {
  const { broker, witness, run, stop } = await employ(t, { heartbeatMs: 50, liveness: 100 });
  const { worker } = await broker.next("ready");
  for (let n = 0; n < 10; n++) assert.equal((await broker.next("heartbeat")).worker, worker);
  await witness.heard("heartbeat-received", () => witness.all("heartbeat-received").length === 10);
  stop.abort();
  assert.equal((await run).conversations, 1);
  assert.ok(witness.all("heartbeat-sent").length >= 10);
});

test("any command is a sign of life, a request too", options, async (t) => {
  const { broker, witness, run, stop } = await employ(t, { heartbeatMs: 200, liveness: 5 });
  const { worker } = await broker.next("ready");
  broker.isAlive = false;
  for (let heartbeats = 0; heartbeats < 7; heartbeats++) {
    await broker.request(worker, "a");
    await broker.final();
    await broker.next("heartbeat");
  }
  stop.abort();
  assert.equal((await run).conversations, 1);
  assert.equal(witness.all("broker-silent").length, 0);
});

test(
  "a broker that was restarted is told at once, and makes it register again",
  options,
  async (t) => {
    const { broker, witness, run, stop } = await employ(t, { heartbeatMs: 60_000 });
    const { worker } = await broker.next("ready");
    await broker.restart();
    broker.isAlive = false;
    assert.equal((await broker.next("heartbeat")).worker, worker);
    await broker.say(worker, "disconnect");
    const again = await broker.next("ready");
    assert.notEqual(again.worker, worker);
    stop.abort();
    assert.equal((await run).conversations, 2);
    assert.equal(witness.all("broker-silent").length, 0);
  },
);

const strange: [what: string, frames: (string | Buffer)[], reason: RegExp][] = [
  ["no protocol at all", ["hello"], /no header of the Majordomo/],
  ["a client's command", ["MDPC02", Buffer.of(3), "work", "x"], /MDP 0.2 for a client: not ours/],
  ["another dialect", ["", "MDPW01", Buffer.of(4)], /MDP 0.1 for a worker: not ours/],
  ["READY", ["MDPW02", Buffer.of(1), "work"], /a broker says no ready/],
  ["FINAL", ["MDPW02", Buffer.of(4), "c", "", "x"], /a broker says no final/],
  ["an unknown command", ["MDPW02", Buffer.of(9)], /0x09 is no command/],
  ["a request without a client", ["MDPW02", Buffer.of(2), "", "", "x"], /without a client/],
];

for (const [what, frames, reason] of strange)
  test(`${what} from the broker is refused, and the worker lives on`, options, async (t) => {
    const { broker, witness, run, stop } = await employ(t);
    const { worker } = await broker.next("ready");
    await broker.socket.send([worker, ...frames]);
    assert.match((await witness.heard("frame-rejected")).reason, reason);
    await broker.request(worker, "a");
    await broker.final();
    stop.abort();
    assert.equal((await run).framesRejected, 1);
  });

test("what is not a command is no sign of life", options, async (t) => {
  const { broker, witness } = await employ(t, { heartbeatMs: 200, liveness: 2, reconnectMs: 1 });
  broker.isAlive = false;
  const { worker } = await broker.next("ready");
  let isSilent = false;
  void witness.heard("broker-silent").then(() => (isSilent = true));
  while (!isSilent) {
    await broker.socket.send([worker, "garbage"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(witness.all("frame-rejected").length > 0);
});

test("it leaves a broker that is gone without delay", options, async (t) => {
  const { broker, run, stop } = await employ(t, { leaveTimeoutMs: 60_000 });
  await broker.next("ready");
  broker.close();
  const stoppedAt = performance.now();
  stop.abort();
  assert.equal((await run).outcome, "stopped");
  assert.ok(performance.now() - stoppedAt < 20_000);
});

test(
  "a socket that cannot be opened, or an event nobody can take, is an error",
  options,
  async (t) => {
    const broker = await BrokerByHand.bound(t);
    const { run } = await employ(t, {
      brokerAddr: broker.address,
      prefetch: 3,
      onEvent: ({ type }) => assert.notEqual(type, "heartbeat-received", "no ear for heartbeats"),
    });
    const { worker } = await broker.next("ready");
    await broker.say(worker, "heartbeat");
    await assert.rejects(run, /no ear for heartbeats/);
  },
);

test(
  "a request that takes long to read is not given back: nobody is before it",
  options,
  async (t) => {
    const broker = await BrokerByHand.bound(t);
    const heartbeatMs = 20;
    const settings = readWorkerOptions({ brokerAddr: broker.address, heartbeatMs, liveness: 100 });
    const dealer = openDealer(settings);
    t.after(() => dealer.close());
    const conversation = new Conversation(settings, dealer);
    const lane = new Lane();
    const run = conversation.run(1, {
      take: () => {
        const readAt = performance.now() + 3 * heartbeatMs;
        while (performance.now() < readAt);
        void lane.enter(conversation.signal, async () => {
          await conversation.begin();
          conversation.send({ type: "final", client, body: [Buffer.from("done")] });
        });
      },
      reject: (_code, reason) => conversation.end(new Error(reason)),
    });
    const { worker } = await broker.next("ready");
    await broker.request(worker, "data");
    await broker.next("final");
    conversation.end("left");
    assert.equal(await run, "left");
  },
);
