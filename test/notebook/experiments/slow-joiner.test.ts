import assert from "node:assert/strict";
import { test } from "node:test";
import { slowJoiner } from "../../../src/notebook/experiments/slow-joiner";

const options = { timeout: 480_000 };

test("who speaks at once is never heard", options, async () => {
  const report = await slowJoiner("nothing");
  assert.deepEqual(report, { waitFor: "nothing", rounds: 200, lost: 200 });
});

test("who waits for the handshake is heard now and then", options, async () => {
  const { rounds, lost } = await slowJoiner("handshake");
  assert.ok(lost > 0 && lost < rounds, `${lost} of ${rounds} lost`);
});

test("who waits for the subscription is always heard", options, async () => {
  const report = await slowJoiner("subscription");
  assert.deepEqual(report, { waitFor: "subscription", rounds: 200, lost: 0 });
});
