import assert from "node:assert/strict";
import { test } from "node:test";
import { whatSurvives } from "../../../src/notebook/experiments/what-survives";

const tooDeep = "refused: nested deeper than the limit of 100";
const half = "refused: a text with half a surrogate pair";

test("each format's fates of odd values", () => {
  const columns = ["json", "msgpack", "protobuf", "multipart"] as const;
  const rows = whatSurvives().map((row) => [row["a task's data"], ...columns.map((c) => row[c])]);
  assert.deepEqual(rows, [
    ["undefined", ...Array<string>(4).fill("refused: undefined")],
    ["10n", ...Array<string>(4).fill("refused: a BigInt")],
    ["new Date(0)", ...Array<string>(4).fill("refused: a Date")],
    ["NaN", "refused: NaN", "as it was", "as it was", "refused: NaN"],
    ["-0", "becomes 0", "becomes 0", "as it was", "becomes 0"],
    ["new Uint8Array([1, 2])", "refused: a Uint8Array", "as it was", "as it was", "as it was"],
    ["new Map()", ...Array<string>(4).fill("refused: a Map")],
    ["half a surrogate pair", "as it was", half, half, "as it was"],
    [
      'a key "__proto__"',
      ...["as it was", 'refused: an object with a key "__proto__"', "as it was", "as it was"],
    ],
    ["nested 101 deep", ...Array<string>(4).fill(tooDeep)],
  ]);
});

test("values of the reader's own", () => {
  const [row] = whatSurvives({ "a text": "x" });
  assert.deepEqual(row, {
    "a task's data": "a text",
    ...{ json: "as it was", msgpack: "as it was", protobuf: "as it was", multipart: "as it was" },
  });
});
