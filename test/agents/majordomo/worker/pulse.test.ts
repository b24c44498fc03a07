import assert from "node:assert/strict";
import { test } from "node:test";
import { Pulse } from "../../../../src/agents/majordomo/worker/pulse";

const start = 1_000_000;

test("a heartbeat is due after each pause, whatever was heard", () => {
  const pulse = new Pulse(100, 3, start);
  assert.equal(pulse.restMs(start), 100);
  assert.equal(pulse.wake(start + 99).isBeatDue, false);
  assert.equal(pulse.wake(start + 100).isBeatDue, true);
  pulse.sent(start + 100);
  pulse.heard(start + 150);
  assert.equal(pulse.restMs(start + 150), 50);
  assert.equal(pulse.wake(start + 199).isBeatDue, false);
  assert.equal(pulse.wake(start + 200).isBeatDue, true);
});

test("an extra heartbeat puts off the next one", () => {
  const pulse = new Pulse(100, 3, start);
  pulse.sent(start + 60);
  assert.equal(pulse.wake(start + 100).isBeatDue, false);
  assert.equal(pulse.restMs(start + 100), 60);
});

/** Sleeps and beats as its user would; tells when it says that the other is silent. */
function listenFrom(pulse: Pulse, now: number, late = 0): number {
  for (;;) {
    now += pulse.restMs(now) + late;
    const { isBeatDue, isSilent } = pulse.wake(now);
    if (isSilent) return now;
    if (isBeatDue) pulse.sent(now);
  }
}

for (const liveness of [1, 3, 5])
  test(`silence is ${liveness} pauses without a word, to the millisecond`, () => {
    const pulse = new Pulse(100, liveness, start);
    pulse.heard(start + 30);
    assert.equal(listenFrom(pulse, start + 30), start + 30 + 100 * liveness);
    assert.equal(pulse.silentMs(start + 30 + 100 * liveness), 100 * liveness);
  });

test("the silence of a broker that does not speak to the busy means nothing", () => {
  const pulse = new Pulse(100, 3, start);
  pulse.busy(true, start + 10);
  assert.equal(pulse.restMs(start + 10), 90);
  for (let now = start + 100; now < start + 5000; now += pulse.restMs(now)) {
    assert.deepEqual(pulse.wake(now), { isBeatDue: true, isSilent: false });
    pulse.sent(now);
  }
  pulse.busy(false, start + 5000); // from now on it counts
  assert.equal(listenFrom(pulse, start + 5000), start + 5300);
});

test("a broker that has spoken to the busy is held to it, for the next request too", () => {
  const pulse = new Pulse(100, 3, start);
  pulse.busy(true, start + 10);
  pulse.heard(start + 50);
  assert.equal(listenFrom(pulse, start + 50), start + 350);
  pulse.heard(start + 400);
  pulse.busy(false, start + 410);
  pulse.busy(true, start + 420);
  assert.equal(listenFrom(pulse, start + 420), start + 700);
});

test("a little late is no excuse: silence is noticed all the same", () => {
  assert.ok(listenFrom(new Pulse(100, 3, start), start, 99) < start + 500);
});

test("who slept through the heartbeats listens anew before it judges", () => {
  const pulse = new Pulse(100, 3, start);
  assert.equal(pulse.restMs(start), 100);
  const awake = start + 60_000; // SIGSTOP, SIGCONT
  assert.deepEqual(pulse.wake(awake), { isBeatDue: true, isSilent: false });
  pulse.sent(awake);
  assert.equal(listenFrom(pulse, awake), awake + 300);
});
