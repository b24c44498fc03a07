import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownTable, showTable } from "../../../src/notebook/output/table";
import { pretendToBeKernel } from "./fake-kernel";

test(
  "columns are the properties in order of appearance, numbers to the right",
  { timeout: 240_000 },
  () => {
    assert.equal(
      markdownTable([
        { worker: "1", tasks: 5 },
        { worker: "2", tasks: 4, note: "killed" },
      ]),
      "| worker | tasks | note |\n| :--- | ---: | :--- |\n| 1 | 5 |  |\n| 2 | 4 | killed |",
    );
  },
);

test("nothing in a cell can end it", { timeout: 240_000 }, () => {
  assert.equal(
    markdownTable([{ text: "a|b\nc", list: [1, 2], nothing: null }]).split("\n")[2],
    "| a\\|b c | [1,2] |  |",
  );
});

test("a name in underlines is not set in bold", { timeout: 240_000 }, () => {
  assert.equal(markdownTable([{ key: "__proto__" }]).split("\n")[2], "| \\_\\_proto\\_\\_ |");
});

test("no rows are said to be none", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showTable([]);
  assert.equal(written[0]?.data["text/markdown"], "*(no rows)*");
});
