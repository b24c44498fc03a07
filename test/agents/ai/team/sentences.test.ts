import assert from "node:assert/strict";
import { test } from "node:test";
import { sentencesOf } from "../../../../src/agents/ai/team/sentences";

test("sentences end at their marks, and a dot in a name is none", () =>
  assert.deepEqual(sentencesOf("It runs worker.ts at once.  Who knows? \n Nobody."), [
    "It runs worker.ts at once.",
    "Who knows?",
    "Nobody.",
  ]));

test("no text has no sentence", () => assert.deepEqual(sentencesOf("  "), []));
