import assert from "node:assert/strict";
import { test } from "node:test";
import { Vigil } from "../../../../src/agents/clone/client/vigil";

/** Asks every 10 ms, from one time to another; gives when it is silent. */
function watch(vigil: Vigil, from: number, to: number): number | undefined {
  for (let now = from; now <= to; now += 10) if (vigil.isSilent(now)) return now;
  return undefined;
}

test("a server that says nothing for so many heartbeats is silent", () => {
  assert.equal(watch(new Vigil(100, 3, 0), 10, 1000), 300);
});

test("a word begins the time anew", () => {
  const vigil = new Vigil(100, 3, 0);
  assert.equal(watch(vigil, 10, 290), undefined);
  vigil.heard(290);
  assert.equal(watch(vigil, 300, 1000), 590);
  assert.equal(vigil.silentMs(590), 300);
  assert.equal(vigil.hasHeard, true);
});

test("who was away itself listens anew before it judges", () => {
  const vigil = new Vigil(100, 3, 0);
  assert.equal(vigil.isSilent(10), false);
  assert.equal(vigil.isSilent(5000), false);
  assert.equal(watch(vigil, 5010, 6000), 5300);
});
