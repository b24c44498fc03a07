import assert from "node:assert/strict";
import { test } from "node:test";
import { blameFor, type Blame } from "../../../../src/agents/majordomo/broker/blame";
import type { HeldRequest } from "../../../../src/agents/majordomo/broker/worker-registry";
import type { Parting } from "../../../../src/agents/majordomo/events";

/** By the way the worker went: for a request that had not begun, had begun alone, had begun among others. */
const verdicts: Record<Parting, [unbegun: Blame, alone: Blame, shared: Blame]> = {
  disconnected: ["none", "none", "none"],
  cancelled: ["none", "none", "none"],
  "timed-out": ["certain", "certain", "certain"],
  expired: ["none", "certain", "possible"],
  unreachable: ["possible", "certain", "possible"],
  misbehaved: ["none", "certain", "certain"],
};

const held = (started: boolean, isShared: boolean) => ({ started, isShared }) as HeldRequest;

for (const [parting, expected] of Object.entries(verdicts))
  test(`a worker that parts as ${parting}: ${expected.join(", ")}`, () => {
    const requests = [held(false, false), held(true, false), held(true, true)];
    assert.deepEqual(
      requests.map((request) => blameFor(parting as Parting, request)),
      expected,
    );
  });
