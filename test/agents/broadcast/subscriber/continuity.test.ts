import assert from "node:assert/strict";
import { test } from "node:test";
import { Continuity } from "../../../../src/agents/broadcast/subscriber/continuity";
import { update } from "../bare-peers";

/** What becomes of numbers of one publisher on one topic. */
function standings(...sequences: number[]) {
  const continuity = new Continuity();
  return sequences.map((sequence) => continuity.observe(update({ sequence })));
}

test("one after the other", () =>
  assert.deepEqual(standings(1, 2, 3), [
    { is: "first", earlier: 0 },
    { is: "next" },
    { is: "next" },
  ]));

test("the first that is heard need not be the first that was sent", () =>
  assert.deepEqual(standings(8, 9), [{ is: "first", earlier: 7 }, { is: "next" }]));

test("what is missing between two", () =>
  assert.deepEqual(standings(1, 3, 10), [
    { is: "first", earlier: 0 },
    { is: "after a gap", expected: 2, missed: 1 },
    { is: "after a gap", expected: 4, missed: 6 },
  ]));

test("again, and too late", () =>
  assert.deepEqual(
    standings(1, 1, 4, 2, 4, 5).map(({ is }) => is),
    ["first", "repeated", "after a gap", "repeated", "repeated", "next"],
  ));

test("heard and missed are all that was sent", () => {
  const heard = [3, 4, 7, 7, 8, 5, 20];
  let missed = 0;
  let repeated = 0;
  for (const standing of standings(...heard)) {
    if (standing.is === "first") missed += standing.earlier;
    if (standing.is === "after a gap") missed += standing.missed;
    if (standing.is === "repeated") repeated++;
  }
  assert.equal(heard.length - repeated + missed, 20);
});

test("each publisher and each topic has its own count", () => {
  const continuity = new Continuity();
  const observe = (publisher_id: string, topic: string, sequence: number) =>
    continuity.observe(update({ publisher_id, topic, sequence })).is;
  assert.equal(observe("P", "a.", 1), "first");
  assert.equal(observe("P", "b.", 1), "first");
  assert.equal(observe("Q", "a.", 1), "first");
  assert.equal(observe("P", "a.", 2), "next");
  assert.equal(observe("Q", "a.", 3), "after a gap");
  assert.equal(observe("P a.", "b.", 1), "first");
  assert.equal(observe("P", "a. b.", 1), "first");
});

test("forgets who was not heard for longest, and nobody else", () => {
  const continuity = new Continuity(2);
  const observe = (topic: string, sequence: number) =>
    continuity.observe(update({ topic, sequence })).is;
  observe("a.", 1);
  observe("b.", 1);
  observe("a.", 2);
  assert.equal(observe("c.", 1), "first");
  assert.equal(observe("a.", 4), "after a gap");
  assert.equal(observe("b.", 2), "first");
});
