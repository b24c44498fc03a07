import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { Context, Pull, Push } from "zeromq";
import { receiveUntil, sendUntil, unlessAborted, within } from "../../src/transport/patience";

const options = { timeout: 240_000 };
const never = new Promise<never>(() => {});
const untilAborted = (signal: AbortSignal) => unlessAborted(never, signal);

test("within gives what came in time", options, async () =>
  assert.equal(
    await within(
      1000,
      undefined,
      () => Promise.resolve(42),
      () => "late",
    ),
    42,
  ),
);

test("within explains what did not come, asked only then, with the cause", options, async () => {
  let arrived = 1;
  const wait = within(20, undefined, untilAborted, () => `only ${arrived} came`);
  arrived = 2;
  await assert.rejects(wait, (error: Error) => {
    assert.equal(error.message, "only 2 came");
    return (error.cause as Error).name === "AbortError";
  });
});

test("within passes on what went wrong by itself", options, () =>
  assert.rejects(
    within(
      1000,
      undefined,
      () => Promise.reject(new RangeError("boom")),
      () => "late",
    ),
    /^RangeError: boom$/,
  ),
);

test("within stops with its signal, in the signal's words", options, async () => {
  const stop = new AbortController();
  const wait = within(5000, stop.signal, untilAborted, () => "late");
  stop.abort(new Error("stopped"));
  await assert.rejects(wait, /^Error: stopped$/);
});

test("within waits as good as for ever when asked to", options, async () => {
  const stop = new AbortController();
  const wait = within(Infinity, stop.signal, untilAborted, () => "late");
  const raced = await Promise.race([wait, new Promise((resolve) => setTimeout(resolve, 50, "on"))]);
  assert.equal(raced, "on");
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
});

test("unlessAborted gives the promise's end, a plain value too", options, async () => {
  const { signal } = new AbortController();
  assert.equal(await unlessAborted(1, undefined), 1);
  assert.equal(await unlessAborted(2, signal), 2);
  await assert.rejects(unlessAborted(Promise.reject(new Error("boom")), signal), /boom/);
});

test("unlessAborted does not wait for a promise that ignores the signal", options, async () => {
  const stop = new AbortController();
  const wait = unlessAborted(never, stop.signal);
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
  await assert.rejects(unlessAborted(never, stop.signal), { name: "AbortError" });
});

test("unlessAborted leaves no listener behind", options, async (t) => {
  const { signal } = new AbortController();
  const added = t.mock.method(signal, "addEventListener");
  const removed = t.mock.method(signal, "removeEventListener");
  await unlessAborted(Promise.resolve(), signal);
  assert.equal(added.mock.callCount(), 1);
  assert.deepEqual(
    removed.mock.calls.map((call) => call.arguments.slice(0, 2)),
    added.mock.calls.map((call) => call.arguments.slice(0, 2)),
  );
});

/** A bound PULL and a PUSH that is connected to it. */
async function pair(t: TestContext, highWaterMark = 1000) {
  const context = new Context();
  const pull = new Pull({ context, receiveHighWaterMark: highWaterMark });
  const push = new Push({ context, sendHighWaterMark: highWaterMark, linger: 0 });
  t.after(() => [pull, push].forEach((socket) => socket.close()));
  await pull.bind("tcp://127.0.0.1:*");
  push.connect(pull.lastEndpoint!);
  return { pull, push };
}

test(
  "yields frames until it is over, and reads what is there before it ends",
  options,
  async (t) => {
    const { pull, push } = await pair(t);
    await push.send("1");
    await push.send(["2", "3"]);
    let isOver = false;
    const frames: string[] = [];
    for await (const frame of receiveUntil(pull, () => isOver)) {
      frames.push(frame.toString());
      if (frame.toString() === "3") isOver = true;
    }
    assert.deepEqual(frames, ["1", "2", "3"]);
  },
);

test("what is there is read even when it is over from the start", options, async (t) => {
  const { pull, push } = await pair(t);
  for (let n = 0; n < 100; n++) await push.send(String(n));
  assert.equal(String(await pull.receive()), "0");
  const frames: string[] = [];
  for await (const frame of receiveUntil(pull, () => true)) frames.push(String(frame));
  assert.equal(frames.length, 99);
});

test("reading from a socket that is closed meanwhile throws", options, async (t) => {
  const { pull } = await pair(t);
  const next = receiveUntil(pull, () => false).next();
  pull.close();
  await assert.rejects(next);
});

test(
  "a send waits for a reader, and tells when that makes no sense any more",
  options,
  async (t) => {
    const push = new Push({ context: new Context(), linger: 0 });
    t.after(() => push.close());
    await push.bind("tcp://127.0.0.1:*");
    let looks = 0;
    assert.equal(await sendUntil(push, [Buffer.from("1")], () => ++looks > 2), false);
    assert.equal(looks, 3);

    const sent = sendUntil(push, [Buffer.from("2")], () => false);
    const pull = new Pull({ context: new Context() });
    t.after(() => pull.close());
    pull.connect(push.lastEndpoint!);
    assert.equal(await sent, true);
    assert.equal((await pull.receive()).toString(), "2");
  },
);

test("a send that is over from the start sends nothing", options, async (t) => {
  const { pull, push } = await pair(t);
  assert.equal(await sendUntil(push, [Buffer.from("never")], () => true), false);
  await push.send("first");
  assert.equal((await pull.receive()).toString(), "first");
});

test("sending on a socket that is closed meanwhile throws", options, async (t) => {
  const push = new Push({ context: new Context(), linger: 0 });
  t.after(() => push.close());
  await push.bind("tcp://127.0.0.1:*");
  const sent = sendUntil(push, [Buffer.from("1")], () => false);
  push.close();
  await assert.rejects(sent);
});

test("what waits is read without a pause, yet the others have their turn", options, async (t) => {
  const { pull, push } = await pair(t, 100_000);
  for (let n = 0; n < 20_000; n++) await push.send("x");
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  t.after(() => clearInterval(timer));
  let frames = 0;
  for await (const message of receiveUntil(pull, () => false))
    if ((frames += message.length) === 20_000) break;
  assert.ok(turns > 1, `${turns} turns`);
});

test("while queues have room, the others have their turn between two sends", options, async (t) => {
  const { push } = await pair(t, 100_000);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  t.after(() => clearInterval(timer));
  for (let n = 0; n < 20_000; n++) await sendUntil(push, [Buffer.from("x")], () => false);
  assert.ok(turns > 1, `${turns} turns`);
});

test("a wait keeps the process alive, its end lets it go", options, async () => {
  const program = `
    const { unlessAborted, within } = require("./src/transport/patience");
    const untilAborted = (signal) => unlessAborted(new Promise(() => {}), signal);
    within(200, undefined, untilAborted, () => "late").catch((error) => console.log(error.message));
    within(1e9, undefined, () => Promise.resolve(), () => "late").then(() => console.log("done"));`;
  const args = ["--require", "ts-node/register/transpile-only", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 240_000 });
  assert.equal(stdout, "done\nlate\n");
});
