import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { drawPool, livePool, showPool } from "../../../src/notebook/pictures/pool";
import { pretendToBeKernel } from "../output/fake-kernel";
import { assertCrispPng } from "./png";
import { begun, done, left, recorded, result, sent } from "./recorded-pool";

const events: AgentEvent[] = recorded(sent(1), begun(1, 1), left(1), begun(2, 1), done(2, 1));

test(
  "is a PNG whose text names who was in the pool, and no times",
  { timeout: 240_000 },
  async () => {
    const picture = await drawPool(events, { title: "a day" });
    assertCrispPng(picture);
    assert.equal(picture.text, "Pool. a day: Broker, Worker-1, Worker-2.");
  },
);

test("is shown; without a pool there is nothing to draw", { timeout: 240_000 }, async (t) => {
  const written = pretendToBeKernel(t);
  await showPool(events);
  assert.match(written[0]?.data["text/plain"] ?? "", /^Pool\./);
  await assert.rejects(drawPool(recorded(sent(1))), /none of the events tells of a broker/);
});

test("live, one picture grows until the run is over", { timeout: 240_000 }, async (t) => {
  const written = pretendToBeKernel(t);
  const value = await livePool(async (onEvent) => {
    onEvent({ agent: "Broker", at: events[0]!.at, type: "process-started", pid: 1 });
    await new Promise(setImmediate);
    assert.equal(written.length, 0, "there is nothing to draw yet");
    events.forEach(onEvent);
    while (written.length === 0) await new Promise(setImmediate);
    recorded(...[result(1, 2), begun(3, 2)]).forEach(onEvent);
    return "a summary";
  });
  assert.equal(value, "a summary");
  assert.deepEqual(
    written.map(({ update }) => update),
    written.map((_, index) => index > 0),
  );
  assert.equal(new Set(written.map(({ displayId }) => displayId)).size, 1);
  assert.match(written[0]?.data["text/plain"] ?? "", /Worker-2\.$/);
  assert.match(written.at(-1)?.data["text/plain"] ?? "", /Worker-3\.$/);
});

test("live, an error of the run is the caller's", { timeout: 240_000 }, async (t) => {
  pretendToBeKernel(t);
  const failing = livePool(() => Promise.reject(new Error("no port")));
  await assert.rejects(failing, /no port/);
});
