import assert from "node:assert/strict";
import { test } from "node:test";
import { findKeyPhrases } from "../../../src/engines/wink/key-phrases";
import { loadReader } from "../../../src/engines/wink/reader";
import { LESSON, NEWS } from "./texts";

const phrases = async (text: string, most: number) =>
  findKeyPhrases((await loadReader())(text)).slice(0, most);

test("what is long and often comes first", async () => {
  assert.deepEqual(await phrases(LESSON, 3), ["dead letter", "worker", "broker"]);
  assert.deepEqual(await phrases(NEWS, 2), ["warehouse robots", "Acme Robotics"]);
});

test("the nouns of a question", async () =>
  assert.deepEqual(await phrases("What happens to tasks when a worker dies?", 5), [
    "tasks",
    "worker",
  ]));

test("a text without nouns has none", async () =>
  assert.deepEqual(await phrases("Go! ???", 5), []));
