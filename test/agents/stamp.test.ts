import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../src/agents/events";
import { createReporter, wallClock } from "../../src/agents/stamp";

test("an event says who and when before it says what", () => {
  const events: AgentEvent[] = [];
  const report = createReporter<AgentEvent>(
    "Worker-1",
    () => 12.5,
    (event) => events.push(event),
  );
  report({ type: "end-received" });
  assert.deepEqual(events, [{ agent: "Worker-1", at: 12.5, type: "end-received" }]);
  assert.deepEqual(Object.keys(events[0]!), ["agent", "at", "type"]);
});

test("without a listener nothing happens", () =>
  createReporter<AgentEvent>("Worker-1", () => 0)({ type: "end-received" }));

test("what a listener throws reaches the agent", () => {
  const report = createReporter<AgentEvent>(
    "Worker-1",
    () => 0,
    () => assert.fail("boom"),
  );
  assert.throws(() => report({ type: "end-received" }), /boom/);
});

test("the clock shows milliseconds since 1970, with fractions, and never goes back", () => {
  assert.ok(Math.abs(wallClock() - Date.now()) < 1000);
  const times = Array.from({ length: 1000 }, wallClock);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.some((time) => !Number.isInteger(time)));
});
