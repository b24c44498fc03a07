import assert from "node:assert/strict";
import { test } from "node:test";
import { drawGroupedBars, groupedBarsSpec } from "../../../src/notebook/pictures/grouped-bars";
import { assertCrispPng } from "./png";

const groups = { "a small task": { json: 101, msgpack: 86 }, "a document": { json: 9470 } };
const options = { title: "Sizes", unit: "bytes" };

test("a group for each case, and the unit below the last", { timeout: 240_000 }, () => {
  const parts = groupedBarsSpec(groups, options).vconcat as {
    title: { text: string };
    data: { values: unknown[] };
    encoding: { x: { title: string } };
  }[];
  assert.deepEqual(
    parts.map(({ title, data, encoding }) => [title.text, data.values.length, encoding.x.title]),
    [
      ["a small task", 2, ""],
      ["a document", 1, "bytes"],
    ],
  );
});

test("is a PNG whose text has the names and no numbers", { timeout: 240_000 }, async () => {
  const picture = await drawGroupedBars(groups, options);
  assertCrispPng(picture);
  assert.equal(
    picture.text,
    "Bars. Sizes: a small task; a document, in bytes, each on a scale of its own.",
  );
});

test("refuses what has no length", { timeout: 240_000 }, async () => {
  await assert.rejects(drawGroupedBars({ a: { broken: -1 } }, options), /Cannot draw "broken"/);
});
