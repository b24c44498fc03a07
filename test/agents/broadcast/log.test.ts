import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  LastValueCacheEvent,
  LastValueCacheSummary,
  PublisherEvent,
  PublisherSummary,
  SubscriberEvent,
  SubscriberSummary,
} from "../../../src/agents/broadcast/events";
import { isBroadcastEvent, isBroadcastSummary } from "../../../src/agents/broadcast/log";
import { formatEvent } from "../../../src/agents/log";
import type { Unstamped } from "../../../src/agents/stamp";

const topic = "status.A";
const publisher = "Publisher-1-0123abcd";

const lines: Record<
  string,
  [Unstamped<PublisherEvent | SubscriberEvent | LastValueCacheEvent>, string][]
> = {
  "Publisher-1": [
    [{ type: "listening", addresses: ["tcp://a"] }, "listening on tcp://a"],
    [
      { type: "subscription-received", topic, subscriptions: 1 },
      'somebody listens to "status.A": 1 subscription',
    ],
    [
      { type: "subscription-received", topic: "", subscriptions: 2 },
      "somebody listens to everything: 2 subscriptions",
    ],
    [
      { type: "subscription-ended", topic: "", subscriptions: 0 },
      "somebody has left everything: 0 subscriptions",
    ],
    [{ type: "update-sent", topic, sequence: 3, data: { a: 1 } }, 'status.A 3: {"a":1}'],
    [
      { type: "frame-rejected", code: "wrong-shape", reason: "no subscription" },
      "refused a frame (wrong-shape): no subscription",
    ],
  ],
  "Subscriber-1": [
    [{ type: "publishers-connected", connected: 1 }, "1 publisher connected"],
    [
      { type: "topic-joined", topic, publisher, earlier: 0 },
      `hears status.A of ${publisher}, from the first update on`,
    ],
    [
      { type: "topic-joined", topic, publisher, earlier: 1 },
      `hears status.A of ${publisher}, after 1 update`,
    ],
    [
      { type: "update-received", topic, publisher, sequence: 3, data: "news", lagMs: 1 },
      "status.A 3: news",
    ],
    [
      { type: "gap", topic, publisher, expected: 4, got: 6, missed: 2 },
      "missed 2 updates on status.A: expected 4, got 6",
    ],
    [{ type: "update-repeated", topic, publisher, sequence: 3 }, "heard status.A 3 before"],
    [
      { type: "too-slow", topic, publisher, lagMs: 512.7, maxLagMs: 500 },
      "gives up: status.A came 513 ms late, the limit is 500",
    ],
  ],
  Cache: [
    [{ type: "update-forwarded", topic, publisher, sequence: 3 }, "status.A 3 handed on"],
    [
      { type: "update-not-kept", topic, publisher, maxTopics: 2 },
      "does not keep status.A: it has 2 topics already",
    ],
    [
      { type: "present-sent", topics: ["", "a."], updates: 1 },
      'told the present of everything, "a.": 1 update',
    ],
  ],
};

for (const [agent, events] of Object.entries(lines))
  for (const [event, line] of events)
    test(`[${agent}] ${line}`, () =>
      assert.equal(formatEvent({ agent, at: 0, ...event }), `[${agent}] ${line}`));

const published: PublisherSummary = {
  outcome: "complete",
  publisherId: publisher,
  published: 20,
  subscriptions: 1,
  framesRejected: 0,
  durationMs: 1234,
};
const heard: SubscriberSummary = {
  outcome: "too-slow",
  subscriberId: "1",
  received: 7,
  gaps: 1,
  missed: 2,
  earlier: 0,
  repeated: 0,
  mostLagMs: 513,
  framesRejected: 0,
  durationMs: 1234,
};
const kept: LastValueCacheSummary = {
  outcome: "stopped",
  forwarded: 20,
  topics: 1,
  presents: 2,
  repeated: 2,
  notKept: 0,
  framesRejected: 0,
  durationMs: 1234,
};

test("last words", () => {
  const lastWords = (
    agent: string,
    event: Unstamped<PublisherEvent | SubscriberEvent | LastValueCacheEvent>,
  ) => formatEvent({ agent, at: 0, ...event });
  assert.equal(
    lastWords("Publisher-1", { type: "finished", summary: published }),
    "[Publisher-1] complete: 20 updates to 1 subscription in 1.2 s",
  );
  assert.equal(
    lastWords("Subscriber-1", { type: "finished", summary: heard }),
    "[Subscriber-1] too-slow: 7 updates in 1.2 s, 2 missed in 1 gap, 0 repeated",
  );
  assert.equal(
    lastWords("Cache", { type: "finished", summary: kept }),
    "[Cache] stopped: 20 updates on 1 topic in 1.2 s, 2 repeated for 2 presents",
  );
});

test("summaries and events of others are not ours", () => {
  for (const summary of [published, heard, kept]) assert.equal(isBroadcastSummary(summary), true);
  assert.equal(isBroadcastSummary({ outcome: "complete", tasksSent: 1 }), false);
  assert.equal(
    isBroadcastSummary({ outcome: "stopped", snapshots: 1, updates: 1, gaps: 0 }),
    false,
  );
  assert.equal(isBroadcastEvent({ type: "task-sent" }), false);
  assert.equal(isBroadcastEvent({ type: "constructor" }), false);
  const other = { type: "gap", expected: 1, got: 2 };
  assert.equal(isBroadcastEvent(other), false);
});
