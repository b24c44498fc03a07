import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWithPlainJson } from "../../../src/notebook/experiments/json-traps";

test("plain JSON changes three values without a word; encodeFrame refuses each by name", () => {
  const values = { text: "x", NaN: NaN, nothing: undefined, date: new Date(0), big: 10n };
  const rows = compareWithPlainJson(values).map((row) => Object.values(row) as string[]);
  const [plain, ours] = [rows.map((row) => row[1]), rows.map((row) => row[2])];
  assert.deepEqual(plain, [
    `{"data":"x"}`,
    `{"data":null}`,
    `{}`,
    `{"data":"1970-01-01T00:00:00.000Z"}`,
    "TypeError: Do not know how to serialize a BigInt",
  ]);
  assert.equal(ours[0], "sent");
  for (const [index, word] of ["NaN", "undefined", "a Date", "a BigInt"].entries())
    assert.match(ours[index + 1]!, new RegExp(`^TypeError: Cannot send "data".* it is ${word}\\.`));
});
