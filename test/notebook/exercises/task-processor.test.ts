import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "../../../src/messages/payload";
import {
  checkCountWords,
  solveCountWords,
  tryCountWords,
  type CountWords,
} from "../../../src/notebook/exercises/task-processor";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

test("the solution passes, and the check says so", { timeout: 240_000 }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkCountWords(solveCountWords);
  assert.match(written[0]?.data["text/markdown"] ?? "", /✔.*the worker worked on/);
});

const textsOnly =
  (otherwise: () => Payload): CountWords =>
  (data) =>
    typeof data === "string" ? solveCountWords(data) : otherwise();

const splitsOnSpaces: CountWords = (data) => {
  const words = (data as string).split(" ");
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), "");
  return { words: words.length, longest };
};

const wrong: [name: string, work: CountWords, words: RegExp][] = [
  ["returns nothing for 42", textsOnly(() => undefined as unknown as null), /`42`.*not JSON/],
  [
    "makes a success of 42",
    textsOnly(() => ({ words: 0, longest: "" })),
    /`42`.*takes that for a success/,
  ],
  ["splits on single spaces", splitsOnSpaces, /two\\n.*`\{"words":2,"longest":"lines"\}`/],
  [
    "throws for the empty text",
    (data) => {
      if (!data) throw new Error("nothing there");
      return solveCountWords(data);
    },
    /`""` your function threw `Error: nothing there`.*has an answer/,
  ],
  ["never answers", () => new Promise(() => {}), /no result came within 3 s/],
];

for (const [name, work, words] of wrong) {
  test(`a function that ${name} is told so`, { timeout: 240_000 }, async () => {
    const { passed, explanation } = await tryCountWords(work);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}

test("the starting point finds no longest word", { timeout: 240_000 }, async () => {
  const work = startingPoint<CountWords>("04-task-processor", "countWords");
  const { passed, explanation } = await tryCountWords(work);
  assert.equal(passed, false);
  assert.match(explanation, /"a slow joiner".*"longest":"joiner"/);
});
