import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Crew } from "../../src/orchestration/crew";
import { withoutWarning } from "./warnings";

const untilAborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, "abort");
};

test("waits for every member and gives back what each gave", { timeout: 240_000 }, async () => {
  const crew = new Crew();
  const ended: string[] = [];
  const slow = crew.add(setImmediate().then(() => ended.push("slow")));
  void crew.add(Promise.resolve(ended.push("fast")));
  await crew.end();
  assert.deepEqual(ended, ["fast", "slow"]);
  assert.equal(await slow, 2);
  assert.equal(crew.signal.aborted, false);
});

test("nobody at all has ended at once", { timeout: 240_000 }, async () => {
  await new Crew().end();
});

test("a member that fails stops the others, who are waited for", { timeout: 240_000 }, async () => {
  const crew = new Crew();
  let stopped = false;
  const steady = async () => {
    await untilAborted(crew.signal);
    await setImmediate();
    stopped = true;
  };
  crew.add(steady()).catch(() => {});
  crew.add(Promise.reject(new Error("port taken"))).catch(() => {});
  await assert.rejects(crew.end(), { message: "port taken" });
  assert.ok(stopped, "the crew ended before its member had");
});

test("who joins after a failure finds the signal aborted", { timeout: 240_000 }, async () => {
  const crew = new Crew();
  await crew.add(Promise.reject(new Error("too early"))).catch(() => {});
  let sawAborted = false;
  crew
    .add(
      (async () => {
        await setImmediate();
        sawAborted = crew.signal.aborted;
      })(),
    )
    .catch(() => {});
  await assert.rejects(crew.end(), { message: "too early" });
  assert.ok(sawAborted);
});

test("of two failures the first member's is thrown", { timeout: 240_000 }, async () => {
  const crew = new Crew();
  crew.add(setImmediate().then(() => Promise.reject(new Error("first")))).catch(() => {});
  crew.add(Promise.reject(new Error("second"))).catch(() => {});
  await assert.rejects(crew.end(), { message: "first" });
});

test("a signal from outside stops the crew without an error", { timeout: 240_000 }, async () => {
  const outside = new AbortController();
  const crew = new Crew(outside.signal);
  crew.add(untilAborted(crew.signal)).catch(() => {});
  outside.abort();
  await crew.end();
});

test("a failure inside leaves the outside signal alone", { timeout: 240_000 }, async () => {
  const outside = new AbortController();
  const crew = new Crew(outside.signal);
  crew.add(Promise.reject(new Error("inside"))).catch(() => {});
  await assert.rejects(crew.end(), { message: "inside" });
  assert.equal(outside.signal.aborted, false);
});

test("who does not end in time is stopped", { timeout: 240_000 }, async () => {
  const crew = new Crew();
  crew.add(untilAborted(crew.signal)).catch(() => {});
  await crew.end(1);
  assert.equal(crew.signal.aborted, true);
});

test("a crew may be large", { timeout: 240_000 }, async () => {
  for (const crew of [new Crew(), new Crew(new AbortController().signal)])
    await withoutWarning(async () => {
      for (let n = 1; n <= 12; n++) void crew.add(untilAborted(crew.signal));
      await crew.end(1);
    });
});
