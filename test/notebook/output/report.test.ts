import assert from "node:assert/strict";
import { test } from "node:test";
import { quoted } from "../../../src/notebook/output/report";

test("a report is a quotation, and its headings are bold lines", () => {
  assert.equal(quoted("# Why?\n\nBecause.\n\n## More"), "> **Why?**\n>\n> Because.\n>\n> **More**");
});
