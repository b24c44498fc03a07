import assert from "node:assert/strict";
import { test } from "node:test";
import { Writers } from "../../../../src/agents/clone/server/writers";

const from = (number: number, first: number, writer = "w") => ({
  writer,
  number,
  first,
  wantsHugz: false,
});

/** Judges a change, and settles it if it is the next. */
function take(writers: Writers, number: number, first: number, writer = "w"): string {
  const judgement = writers.judge(from(number, first, writer));
  if (judgement === "next") writers.settle(from(number, first, writer));
  return judgement;
}

test("each change is taken once, in order", () => {
  const writers = new Writers();
  assert.equal(take(writers, 1, 1), "next");
  assert.equal(take(writers, 3, 1), "out-of-order");
  assert.equal(take(writers, 1, 1), "duplicate");
  assert.equal(take(writers, 2, 1), "next");
  assert.equal(take(writers, 3, 1), "next");
  assert.equal(take(writers, 1, 1, "other"), "next");
});

test("a writer whose earlier changes were confirmed by a server that is gone goes on", () => {
  const writers = new Writers();
  assert.equal(take(writers, 8, 7), "out-of-order");
  assert.equal(take(writers, 7, 7), "next");
  assert.equal(take(writers, 8, 7), "next");
});

test("the next HUGZ tells everybody who was heard, once", () => {
  const writers = new Writers();
  take(writers, 1, 1);
  take(writers, 5, 4, "early");
  assert.deepEqual(writers.takeNews(), [
    { confirmed: [{ writer: "w", number: 1 }], refused: [] },
    { confirmed: [{ writer: "early", number: 0 }], refused: [] },
  ]);
  assert.deepEqual(writers.takeNews(), []);
});

test("a refusal is told until the writer shows that it knows", () => {
  const writers = new Writers();
  writers.judge(from(1, 1));
  writers.settle(from(1, 1), "full");
  take(writers, 2, 1);
  const refusal = { writer: "w", number: 1, reason: "full" };
  assert.deepEqual(writers.refusedOf("w"), [refusal]);
  assert.deepEqual(writers.takeNews(), [
    { confirmed: [{ writer: "w", number: 2 }], refused: [refusal] },
  ]);
  take(writers, 3, 3);
  assert.deepEqual(writers.refusedOf("w"), []);
});

test("strangers do not fill the memory: whoever was heard last stays", () => {
  const writers = new Writers([], 3);
  for (let n = 1; n <= 10; n++) take(writers, 5, 1, `stranger ${n}`);
  assert.equal(writers.all().size, 3);
  assert.equal(writers.takeNews().length, 3);
});

test("what a journal knows is known", () => {
  const writers = new Writers([["w", { last: 4, refused: new Map([[4, "full"]]) }]]);
  assert.equal(take(writers, 4, 4), "duplicate");
  assert.equal(writers.refusedOf("w").length, 1);
});

test("a writer that does not hear of its refusals is not told of more and more of them", () => {
  const writers = new Writers();
  for (let n = 1; n <= 600; n++)
    if (writers.judge(from(n, 1)) === "next") writers.settle(from(n, 1), "full");
  assert.equal(writers.refusedOf("w").length, 500);
  assert.equal(take(writers, 501, 501), "next");
});
