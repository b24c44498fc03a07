import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { slowSubscriber } from "../../../src/notebook/experiments/slow-subscriber";

const options = { timeout: 480_000 };

test("what is lost is noticed: received and noticed are all that was sent", options, async () => {
  const { sent, received, noticed, unnoticed, gaps } = await slowSubscriber({ messages: 2000 });
  assert.equal(sent, 2000);
  assert.equal(received + noticed + unnoticed, sent);
  assert.ok(gaps <= noticed && (gaps > 0 || noticed === 0), `${noticed} in ${gaps} gaps`);
});

test("a queue that holds it all loses nothing", options, async () => {
  const report = await slowSubscriber({
    messages: 200,
    bytes: 100,
    highWaterMark: 1000,
    workMs: 0,
  });
  const { outcome, sent, received, noticed, gaps, unnoticed } = report;
  assert.deepEqual([outcome, sent, received], ["complete", 200, 200]);
  assert.deepEqual([noticed, gaps, unnoticed], [0, 0, 0]);
});

test("a snail gives up at the first news that is too old", options, async () => {
  const events: AgentEvent[] = [];
  const onEvent = (event: AgentEvent) => events.push(event);
  // Each update takes longer than the whole stream may be old.
  const report = await slowSubscriber({ messages: 100, workMs: 50, maxLagMs: 20, onEvent });
  assert.equal(report.outcome, "too-slow");
  assert.ok(report.mostLagMs > 20 && report.received < 100);
  assert.equal(report.received + report.noticed + report.unnoticed, report.sent);
  assert.equal(events.filter(({ type }) => type === "too-slow").length, 1);
});
