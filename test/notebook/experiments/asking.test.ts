import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askLikeLazyPirate,
  askPlainly,
  askWhoMissesTheFirst,
} from "../../../src/notebook/experiments/asking";

test("a plain REQ is stuck with its first question", { timeout: 240_000 }, async () => {
  const [first, ...others] = await askWhoMissesTheFirst(askPlainly);
  assert.equal(first, "no answer in time");
  assert.equal(others.length, 2);
  for (const said of others) assert.match(said, /^EFSM: /);
});

test("a Lazy Pirate asks by a new socket, and is answered", { timeout: 240_000 }, async () => {
  assert.deepEqual(await askWhoMissesTheFirst(askLikeLazyPirate), [
    "no answer in time",
    "answer: Here I am.",
  ]);
});
