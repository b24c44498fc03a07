import assert from "node:assert/strict";
import { test } from "node:test";
import { drawScores, scoresSpec } from "../../../src/notebook/pictures/scores";
import { assertCrispPng } from "./png";

const timeout = 60_000;
const options = { title: "How the chapters feel", unit: "negative … positive" };

test("zero is in the middle, and the furthest number has room", { timeout }, () => {
  const spec = scoresSpec({ a: -0.42, b: 0.1 }, options) as {
    encoding: { x: { scale: { domain: number[] } } };
    data: { values: { shown: string }[] };
  };
  const [left, right] = spec.encoding.x.scale.domain as [number, number];
  assert.equal(left, -right);
  assert.ok(right > 0.42 && right < 0.8, `${right}`);
  assert.deepEqual(
    spec.data.values.map(({ shown }) => shown),
    ["-0.42", "0.10"],
  );
});

test("is a PNG whose text has the names and no numbers", { timeout }, async () => {
  const picture = await drawScores({ "chapter 8": -0.4, "chapter 11": 0.2 }, options);
  assertCrispPng(picture);
  assert.equal(
    picture.text,
    "Scores. How the chapters feel: chapter 8, chapter 11; negative … positive.",
  );
});

test("refuses what is no score", { timeout }, async () => {
  for (const score of [NaN, 1.2, -7])
    await assert.rejects(
      drawScores({ wrong: score }, options),
      new RegExp(`Cannot draw "wrong".*current value is ${score}`),
    );
});
