import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTopics } from "../../../../src/agents/broadcast/subscriber/topic-options";

test("any beginning of a topic will do, the empty one too", () => {
  for (const topics of [[""], ["a.", "b."], ["x".repeat(200)]]) checkTopics(topics);
  checkTopics(["a.", "b."], "b.end");
  checkTopics([""], "anything");
});

const mistakes: [topics: unknown, complaint: RegExp][] = [
  [[], /^TypeError: Cannot use topics as it must be a list of texts .* value is \[\]$/],
  ["status.", /current value is "status\."$/],
  [[7], /current value is \[7\]$/],
  [["x".repeat(201)], /of at most 200 characters/],
];
for (const [topics, complaint] of mistakes)
  test(`refuses ${JSON.stringify(topics).slice(0, 20)}`, () =>
    assert.throws(() => checkTopics(topics as string[]), complaint));

test("an end that is never heard is refused", () =>
  assert.throws(() => checkTopics(["a.", "b."], "c."), {
    name: "TypeError",
    message:
      'Cannot use untilTopic as none of the topics ["a.","b."] hears it: current value is "c."',
  }));
