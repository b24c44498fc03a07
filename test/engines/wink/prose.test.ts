import assert from "node:assert/strict";
import { test } from "node:test";
import { proseOf } from "../../../src/engines/wink/prose";

test("code, tables, HTML and the dress of words are left out", () =>
  assert.equal(
    proseOf(
      "# A title\n\nSee **bold** `code` and [two](x.md). It has\na line.\n\n```ts\nlet x;\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n- one\n- two<br>",
    ),
    "A title\n\nSee bold code and two. It has a line.\n\none\n\ntwo",
  ));

test("plain text stays as it is, indented text too", () => {
  assert.equal(proseOf("5 * 3 is 15. a_b_c"), "5 * 3 is 15. a_b_c");
  assert.equal(proseOf("    indented"), "indented");
});

test("a word that no English word can be is left out", () =>
  assert.equal(proseOf(`a ${"x".repeat(100_000)} b`), "a b"));
