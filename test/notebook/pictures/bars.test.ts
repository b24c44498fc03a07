import assert from "node:assert/strict";
import { test } from "node:test";
import { barsSpec, drawBars } from "../../../src/notebook/pictures/bars";
import { assertCrispPng } from "./png";

const options = { title: "How long ten tasks take", unit: "seconds" };

test("writes at each bar no more figures than were measured", { timeout: 240_000 }, () => {
  const { data } = barsSpec({ a: 3.6218, b: 95_712, c: 0 }, options);
  assert.deepEqual(
    (data as { values: { shown: string }[] }).values.map(({ shown }) => shown),
    ["3.62", "95,700", "0"],
  );
});

test("is a PNG whose text has the names and no numbers", { timeout: 240_000 }, async () => {
  const picture = await drawBars({ "two workers": 3.6, "four workers": 2.1 }, options);
  assertCrispPng(picture);
  assert.equal(
    picture.text,
    "Bars. How long ten tasks take: two workers, four workers, in seconds.",
  );
});

test("refuses what has no length", { timeout: 240_000 }, async () => {
  await assert.rejects(
    drawBars({ broken: NaN }, options),
    /Cannot draw "broken".*current value is NaN/,
  );
});
