import assert from "node:assert/strict";
import { test } from "node:test";
import { loadReader } from "../../../src/engines/wink/reader";
import { summarise } from "../../../src/engines/wink/summary";
import { LESSON, NEWS } from "./texts";

async function summary(text: string, most: number, question?: string): Promise<string[]> {
  const read = await loadReader();
  return summarise(read(text), most, question === undefined ? undefined : read(question));
}

test("the sentences most like the whole, in the order of the text", async () =>
  assert.deepEqual(await summary(LESSON, 2), [
    "A broker keeps each task until a worker has answered.",
    "A dead letter is a task that failed too often.",
  ]));

test("the sentence that answers a question", async () =>
  assert.deepEqual(await summary(LESSON, 1, "Who has heartbeats?"), [
    "Heartbeats tell the broker that a worker is alive.",
  ]));

test("nothing about what the text does not say; a question without words of its own is none", async () => {
  assert.deepEqual(await summary(LESSON, 3, "What is the weather?"), []);
  assert.deepEqual(await summary(LESSON, 2, "What is it about?"), await summary(LESSON, 2));
});

test("sentences of the text, each once, no questions", async () => {
  const sentences = (await loadReader())(NEWS + " " + LESSON + " " + LESSON).map(
    ({ text }) => text,
  );
  const chosen = await summary(NEWS + " " + LESSON + " " + LESSON, 50);
  const places = chosen.map((sentence) => sentences.indexOf(sentence));
  assert.ok(places.length > 5 && !places.includes(-1));
  assert.deepEqual(
    places,
    [...new Set(places)].sort((one, other) => one - other),
  );
  assert.ok(!chosen.some((sentence) => sentence.endsWith("?")));
});
