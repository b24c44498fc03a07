import assert from "node:assert/strict";
import { test } from "node:test";
import { LazyPirate } from "../../../../src/agents/majordomo/client/lazy-pirate";

const settings = { replyTimeoutMs: 7500, retries: 3, heartbeatMs: 2500 };

/** A pirate that has sent something at 0. */
function waiting(given: Partial<typeof settings> = {}): LazyPirate {
  const pirate = new LazyPirate({ ...settings, ...given });
  pirate.expect(0);
  return pirate;
}

const moves = (pirate: LazyPirate, ...times: number[]) => times.map((now) => pirate.move(now));

test("asks after each heartbeat of silence, then takes a new line", () =>
  assert.deepEqual(moves(waiting(), 2499, 2500, 2501, 4999, 5000, 7499, 7500), [
    "wait",
    "ask",
    "wait",
    "wait",
    "ask",
    "wait",
    "reconnect",
  ]));

test("on the new line it waits from the beginning; the third silence is the last", () => {
  const pirate = waiting();
  assert.deepEqual(moves(pirate, 7500, 7600, 10_000), ["reconnect", "wait", "ask"]);
  assert.deepEqual(moves(pirate, 14_999, 15_000, 22_499, 22_500), [
    "ask",
    "reconnect",
    "ask",
    "give up",
  ]);
});

test("a word from the broker begins the time anew, and the count of silences", () => {
  const pirate = waiting();
  moves(pirate, 7500, 15_000);
  pirate.hear(16_000);
  assert.equal(pirate.silentMs(18_000), 2000);
  assert.deepEqual(moves(pirate, 18_499, 23_500, 31_000, 38_500), [
    "wait",
    "reconnect",
    "reconnect",
    "give up",
  ]);
});

test("sending begins the time anew, but is no word from the broker", () => {
  const pirate = waiting({ retries: 2 });
  moves(pirate, 7500);
  pirate.expect(10_000);
  assert.deepEqual(moves(pirate, 12_000, 17_499, 17_500), ["wait", "ask", "give up"]);
});

test("a short patience asks at a third of it", () =>
  assert.deepEqual(moves(waiting({ replyTimeoutMs: 300 }), 99, 100, 200, 300), [
    "wait",
    "ask",
    "ask",
    "reconnect",
  ]));

test("with a single try the first silence is the last", () =>
  assert.deepEqual(moves(waiting({ retries: 1 }), 7500), ["give up"]));

test("who waits for ever still asks", () =>
  assert.deepEqual(moves(waiting({ replyTimeoutMs: Infinity }), 2500, 1e9), ["ask", "ask"]));
