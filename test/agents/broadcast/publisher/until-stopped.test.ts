import assert from "node:assert/strict";
import { test } from "node:test";
import { untilStopped } from "../../../../src/agents/broadcast/publisher/until-stopped";

const options = { timeout: 240_000 };

async function collect<T>(source: Iterable<T> | AsyncIterable<T>, signal?: AbortSignal) {
  const all: T[] = [];
  for await (const one of untilStopped(source, signal)) all.push(one);
  return all;
}

/** Yields 1, 2 and 3, and notes how it ended. */
function counted() {
  const notes = { ended: "" };
  function* source() {
    notes.ended = "told to";
    yield 1;
    yield 2;
    yield 3;
    notes.ended = "by itself";
  }
  return { notes, source: source() };
}

test("yields what the source yields, of either kind", options, async () => {
  assert.deepEqual(await collect([1, 2]), [1, 2]);
  const { notes, source } = counted();
  assert.deepEqual(await collect(source, new AbortController().signal), [1, 2, 3]);
  assert.equal(notes.ended, "by itself");
});

test("who wants no more tells the source", options, async () => {
  const { notes, source } = counted();
  for await (const one of untilStopped(source, undefined)) if (one === 2) break;
  assert.equal(notes.ended, "told to");
  assert.deepEqual(source.next(), { done: true, value: undefined });
});

test("a source that waits for ever does not hold up a stop", options, async () => {
  const stop = new AbortController();
  let isTold = false;
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => (stop.abort(), new Promise<IteratorResult<number>>(() => {})),
      return: () => ((isTold = true), Promise.reject(new Error("nobody hears this"))),
    }),
  };
  await assert.rejects(collect(source, stop.signal), { name: "AbortError" });
  assert.ok(isTold);
});

test("what the source throws, it throws", options, async () => {
  const broken: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("boom")) }),
  };
  await assert.rejects(collect(broken), /^Error: boom$/);
});
