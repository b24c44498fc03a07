import assert from "node:assert/strict";
import { test } from "node:test";
import { loadReader } from "../../../src/engines/wink/reader";
import { feel } from "../../../src/engines/wink/sentiment";

const feeling = async (text: string) => feel((await loadReader())(text));

test("how texts feel", async () => {
  assert.deepEqual(await feeling("I love this fast broker."), { score: 0.37, label: "positive" });
  assert.deepEqual(await feeling("This is not good."), { score: -0.776, label: "negative" });
  assert.deepEqual(await feeling("The train leaves at five."), { score: 0, label: "neutral" });
});

test("sentences that feel nothing do not drown those that do", async () =>
  assert.deepEqual(
    await feeling("I love this fast broker. The train leaves at five."),
    await feeling("I love this fast broker."),
  ));
