import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Lane } from "../../../../src/agents/majordomo/worker/lane";

const never = new AbortController().signal;

test("one at a time, in order of arrival", async () => {
  const lane = new Lane();
  const log: string[] = [];
  const job = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise(setImmediate);
    log.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map((name) => lane.enter(never, job(name))));
  assert.deepEqual(
    log,
    ["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
});

test("whoever has gone when its turn comes is passed over", async () => {
  const lane = new Lane();
  const gone = new AbortController();
  const log: string[] = [];
  const first = lane.enter(never, () => Promise.resolve(gone.abort()));
  const second = lane.enter(gone.signal, () => Promise.resolve(void log.push("second")));
  const third = lane.enter(never, () => Promise.resolve(void log.push("third")));
  await Promise.all([first, second, third]);
  assert.deepEqual(log, ["third"]);
});

test("a job that fails is its owner's, the next one begins", async () => {
  const lane = new Lane();
  const failing = lane.enter(never, () => Promise.reject(new Error("boom")));
  let isDone = false;
  const next = lane.enter(never, () => Promise.resolve(void (isDone = true)));
  await assert.rejects(failing, /boom/);
  await next;
  assert.ok(isDone);
});

test("whoever waits for quick jobs is not told of slow ones", async () => {
  const lane = new Lane();
  let isQuick = false;
  const waiting = lane.isQuicker(300, never).then(() => (isQuick = true));
  await lane.enter(never, async () => void (await delay(350)));
  await new Promise(setImmediate);
  assert.equal(isQuick, false);
  await lane.enter(never, () => Promise.resolve());
  await waiting;
  await assert.rejects(lane.isQuicker(1, AbortSignal.abort()), { name: "AbortError" });
});
