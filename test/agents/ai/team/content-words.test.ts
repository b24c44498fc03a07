import assert from "node:assert/strict";
import { test } from "node:test";
import { contentWords, stemsOf } from "../../../../src/agents/ai/team/content-words";

test("only words that say something are read, in the order of the text", () =>
  assert.deepEqual(
    contentWords("What happens to the 3 Workers that died?").map(({ word }) => word),
    ["happens", "workers", "died"],
  ));

test("forms of a word have one stem", () =>
  assert.equal(new Set(stemsOf("die dies died")).size, 1));

test("a text without words has none", () => assert.deepEqual(stemsOf("42 … ?!"), []));
