import assert from "node:assert/strict";
import { test } from "node:test";
import {
  failsAtFirst,
  hangsOn,
  postsLetters,
} from "../../../src/notebook/experiments/unreliable-work";

const context = { taskId: "id-1", workerId: "1" };
const soon = () => new Promise((resolve) => setTimeout(resolve, 200, "no answer yet"));

test("fails as often as it is told, each data by itself", { timeout: 240_000 }, async () => {
  const work = failsAtFirst({ a: 1 });
  await assert.rejects(async () => work("a", context), /a goes wrong/);
  assert.equal(await work("a", context), "a done");
  assert.equal(await work("b", context), "b done");
});

test(
  "hangs on one task, deaf to its signal, and does the others",
  { timeout: 240_000 },
  async () => {
    const work = hangsOn("a");
    assert.equal(await work("b", context), "b done");
    const signal = AbortSignal.abort();
    assert.equal(await Promise.race([work("a", { ...context, signal }), soon()]), "no answer yet");
  },
);

test(
  "posts each letter before it stalls, once, until its signal aborts",
  { timeout: 240_000 },
  async () => {
    const posted: string[] = [];
    const work = postsLetters((taskId) => posted.push(taskId));
    const stopping = new AbortController();
    const stalled = work("a", { ...context, signal: stopping.signal });
    assert.equal(await Promise.race([stalled, soon()]), "no answer yet");
    assert.equal(await work("a", context), "letter for a posted");
    stopping.abort();
    await assert.rejects(async () => stalled, { name: "AbortError" });
    assert.deepEqual(posted, ["id-1", "id-1"]);
  },
);
