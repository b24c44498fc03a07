import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { openBroker } from "../../../src/notebook/lab/broker";
import { lab } from "../../../src/notebook/lab/lab";

test(
  "a broker runs until its lab closes, and tells where it is",
  { timeout: 240_000 },
  async () => {
    const events: AgentEvent[] = [];
    const address = await lab("a broker", (room) =>
      openBroker(room, { onEvent: (event) => events.push(event) }),
    );
    assert.match(address, /^tcp:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["listening", "finished"],
    );
  },
);

test("a broker that cannot start is an error", { timeout: 240_000 }, async () => {
  const opening = lab("a broker", (room) => openBroker(room, { heartbeatMs: -1 }));
  await assert.rejects(opening, /heartbeatMs/);
});
