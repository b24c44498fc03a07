import assert from "node:assert/strict";
import { test } from "node:test";
import { planner } from "../../../../src/agents/ai/team/planner";
import { context, scriptedEngine } from "./team-rig";

const usage = { unit: "words", input: 1, output: 2, durationMs: 3 };

test("key phrases become topics; what is no topic is asked of each", async () => {
  const { engine, asked } = scriptedEngine({ "key-phrases": ["dead letters", "heartbeats"] });
  const question = "How do heartbeats and dead letters protect a task?";
  assert.deepEqual(await planner(engine)({ question }, context), {
    topics: [
      { topic: "dead letters", words: ["protect", "task"] },
      { topic: "heartbeats", words: ["protect", "task"] },
    ],
    usage,
  });
  assert.deepEqual(asked, [{ skill: "key-phrases", text: question, most: 3 }]);
});

test("a question without a phrase is its own topic", async () => {
  const { engine } = scriptedEngine({ "key-phrases": [] });
  assert.deepEqual(await planner(engine)({ question: "Why?" }, context), {
    topics: [{ topic: "Why?", words: [] }],
    usage,
  });
});

test("a blank question is refused", async () => {
  const { engine } = scriptedEngine({});
  await assert.rejects(async () => planner(engine)({ question: " " }, context), {
    name: "ValidationError",
  });
});
