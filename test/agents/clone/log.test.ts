import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloneClientEvent, CloneServerEvent } from "../../../src/agents/clone/events";
import { isCloneSummary } from "../../../src/agents/clone/log";
import { formatEvent } from "../../../src/agents/log";
import type { Unstamped } from "../../../src/agents/stamp";

const key = "/a";

const server: [Unstamped<CloneServerEvent>, line: string][] = [
  [
    { type: "journal-read", entries: 1, sequence: 7, tornBytes: 0 },
    "journal read: 1 entry at update 7",
  ],
  [
    { type: "journal-read", entries: 2, sequence: 7, tornBytes: 9 },
    "journal read: 2 entries at update 7, 9 bytes of a torn last line dropped",
  ],
  [{ type: "listening", addresses: ["tcp://a", "tcp://b"] }, "listening on tcp://a and tcp://b"],
  [{ type: "subscribed", subtree: "" }, "somebody follows the whole map"],
  [{ type: "subscribed", subtree: "/a/" }, "somebody follows /a/"],
  [
    { type: "snapshot-sent", subtree: "/a/", entries: 2, sequence: 3 },
    "snapshot of /a/: 2 entries at update 3",
  ],
  [{ type: "applied", sequence: 3, key, deleted: false }, "update 3: /a set"],
  [{ type: "applied", sequence: 3, key, deleted: true }, "update 3: /a deleted"],
  [{ type: "expired", sequence: 4, key }, "update 4: /a is over"],
  [{ type: "duplicate", key, writer: "w", number: 2 }, "change 2 of w came again: /a"],
  [{ type: "out-of-order", key, writer: "w", number: 2 }, "change 2 of w came too early: /a"],
  [{ type: "refused", key, reason: "why" }, "refused a change of /a: why"],
  [
    { type: "frame-rejected", code: "wrong-shape", reason: "why" },
    "refused a frame (wrong-shape): why",
  ],
];

const client: [Unstamped<CloneClientEvent>, line: string][] = [
  [{ type: "synchronising", reason: "joining" }, "asks for a snapshot (joining)"],
  [
    { type: "synchronised", reason: "gap", sequence: 3, entries: 2 },
    "synchronised at update 3: 2 entries",
  ],
  [{ type: "update", key, sequence: 4, deleted: false }, "update 4: /a set"],
  [{ type: "gap", expected: 3, got: 5 }, "a gap: 5 should follow, and 3 is the last that came"],
  [{ type: "server-changed", server: "s" }, "the server is another one: s"],
  [{ type: "server-silent", silentMs: 300 }, "the server is silent for 300 ms: a new connection"],
  [{ type: "confirmed", key, number: 2 }, "change 2 confirmed: /a"],
  [{ type: "refused", key, number: 2, reason: "why" }, "refused a change of /a: why"],
  [{ type: "resent", changes: 2, reason: "why" }, "sends 2 changes again: why"],
];

for (const [event, line] of server)
  test(`[Clone-Server] ${line}`, () =>
    assert.equal(
      formatEvent({ agent: "Clone-Server", at: 0, ...event }),
      `[Clone-Server] ${line}`,
    ));

for (const [event, line] of client)
  test(`[Clone-1] ${line}`, () =>
    assert.equal(formatEvent({ agent: "Clone-1", at: 0, ...event }), `[Clone-1] ${line}`));

const serverSummary = {
  outcome: "stopped",
  sequence: 9,
  entries: 1,
  applied: 8,
  expired: 1,
  snapshots: 2,
  duplicates: 0,
  outOfOrder: 0,
  refused: 0,
  framesRejected: 0,
  durationMs: 1234,
} as const;

const clientSummary = {
  outcome: "complete",
  name: "1",
  entries: 2,
  sequence: 9,
  updates: 7,
  gaps: 1,
  snapshots: 1,
  confirmed: 3,
  refused: 0,
  unconfirmed: 0,
  resent: 0,
  framesRejected: 0,
  durationMs: 1234,
} as const;

test("the last words", () => {
  assert.equal(
    formatEvent({ agent: "Clone-Server", at: 0, type: "finished", summary: serverSummary }),
    "[Clone-Server] stopped: 1 entry at update 9, in 1.2 s: 8 applied, 1 expired, 0 refused, 2 snapshots",
  );
  assert.equal(
    formatEvent({ agent: "Clone-1", at: 0, type: "finished", summary: clientSummary }),
    "[Clone-1] complete: 2 entries at update 9, in 1.2 s: 7 updates, 1 gap, 1 snapshot; 3 confirmed, 0 not",
  );
});

test("a summary is told from others", () => {
  assert.ok(isCloneSummary(serverSummary) && isCloneSummary(clientSummary));
  assert.equal(isCloneSummary({ outcome: "complete", tasksSent: 1 }), false);
});
