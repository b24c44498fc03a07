import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineRequest, Skill } from "../../../src/engines/engine";
import { answerSchemas, instructionsFor, readAnswer } from "../../../src/engines/llm/prompts";

const ask = (skill: Skill, more: Partial<EngineRequest> = {}): EngineRequest => ({
  skill,
  text: "A secret text.",
  ...more,
});

test("instructions say how many and about what, and leave the text to the user's message", () => {
  assert.match(instructionsFor(ask("summary")), /3 sentences/);
  assert.match(
    instructionsFor(ask("summary", { most: 1, question: 'Who is "it"?' })),
    /1 sentences.*\\"it\\"/,
  );
  assert.match(instructionsFor(ask("entities")), /20 at the most/);
  for (const skill of Object.keys(answerSchemas) as Skill[])
    assert.doesNotMatch(instructionsFor(ask(skill)), /secret/);
});

test("an answer is read: fenced or not, cut to what was asked for", () => {
  assert.deepEqual(readAnswer(ask("key-phrases", { most: 1 }), '{"phrases":["a","b"]}'), ["a"]);
  assert.deepEqual(readAnswer(ask("key-phrases"), '```json\n{"phrases":[]}\n```'), []);
  assert.deepEqual(readAnswer(ask("entities"), '{"entities":[{"text":"Rome","type":"place"}]}'), [
    { text: "Rome", type: "PLACE" },
  ]);
  assert.equal(readAnswer(ask("summary"), "Short. "), "Short. ");
});

for (const [skill, text, words] of [
  ["summary", "\n", /empty/],
  ["sentiment", "fine", /no JSON/],
  ["sentiment", '{"score":1}', /label/],
  ["entities", '{"entities":[{"text":1,"type":"X"}]}', /entities\.0\.text/],
  ["key-phrases", '["a"]', /wrong shape/],
] as [Skill, string, RegExp][])
  test(`${skill}: ${JSON.stringify(text)} is no answer`, () =>
    assert.throws(() => readAnswer(ask(skill), text), words));
