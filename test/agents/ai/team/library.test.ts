import assert from "node:assert/strict";
import { test } from "node:test";
import { Library } from "../../../../src/agents/ai/team/library";
import { documents } from "./team-rig";

test("a passage is found by any form of its words, the best first", () => {
  const [best] = new Library(documents).search("missing heartbeat", 2);
  assert.equal(best?.title, "Brokers");
  assert.match(best.text, /three heartbeats are missing/);
});

test("no more passages come than are wanted, and none that say nothing of it", () => {
  const library = new Library(documents);
  assert.equal(library.search("worker", 2).length, 2);
  assert.deepEqual(library.search("telephone", 2), []);
});

test("a paragraph that asks is left out, and so is a sentence that points elsewhere", () => {
  const text = "Predict: what does the parrot say?\n\nThe parrot talks. Listen to the parrot:";
  const found = new Library([{ title: "Parrots", text }]).search("parrot", 5);
  assert.deepEqual(found, [{ title: "Parrots", text: "The parrot talks." }]);
});
