import assert from "node:assert/strict";
import { test } from "node:test";
import { PartStream } from "../../src/agents/part-stream";
import type { Payload } from "../../src/messages/payload";

const options = { timeout: 240_000 };

/** A stream whose receiver takes a message each time somebody calls `take`, and what it has taken. */
function slowStream() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const encode = (data: Payload, part: number) => {
    if (data === "unsendable") throw new TypeError("no");
    return [Buffer.from(`${part}: ${data as string}`)];
  };
  const deliver = async (frames: Buffer[]) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    taken.push(frames.join());
    return taken.at(-1) !== "1: last";
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const take = async () => {
    await turn();
    waiting.shift()?.();
    await turn();
  };
  return { stream: new PartStream({ encode, deliver }), taken, waiting, take };
}

test("sends one part at a time, in order, and ends when all are through", options, async () => {
  const { stream, taken, waiting, take } = slowStream();
  for (const part of ["a", "b", "c"]) stream.send(part);
  let isEnded = false;
  const end = stream.end().then((isHeard) => (isEnded = isHeard));
  for (let n = 1; n <= 3; n++) {
    assert.deepEqual([isEnded, taken.length], [false, n - 1]);
    await take();
    assert.ok(waiting.length <= 1, "two at once");
  }
  assert.equal(await end, true);
  assert.deepEqual(taken, ["0: a", "1: b", "2: c"]);
});

test("what comes after the end is ignored", options, async () => {
  const { stream, taken } = slowStream();
  assert.equal(await stream.end(), true);
  stream.send("late");
  stream.send("unsendable");
  assert.equal(await stream.end(), true);
  assert.deepEqual(taken, []);
});

test("a part that cannot be sent throws, and takes no number", options, async () => {
  const { stream, taken, take } = slowStream();
  assert.throws(() => stream.send("unsendable"), { name: "TypeError", message: "no" });
  stream.send("a");
  await take();
  assert.deepEqual(taken, ["0: a"]);
});

test("nothing more goes to somebody who takes no more", options, async () => {
  const { stream, taken, waiting, take } = slowStream();
  for (const part of ["a", "last", "c"]) stream.send(part);
  await take();
  await take();
  assert.equal(await stream.end(), false);
  assert.deepEqual([taken.length, waiting.length], [2, 0]);
});

test("a way that is closed is an error of the end alone", options, async () => {
  const closed = () => Promise.reject(new Error("closed"));
  const stream = new PartStream({ encode: () => [], deliver: closed });
  stream.send("a");
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail this test
  stream.send("b");
  await assert.rejects(stream.end(), /closed/);
});
