import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import {
  readDocument,
  readDocuments,
  readMarkdown,
} from "../../../src/orchestration/team/documents";

const folder = mkdtempSync(path.join(os.tmpdir(), "team documents "));
after(() => rmSync(folder, { recursive: true }));

const cell = (cell_type: string, source: string | string[]) => ({ cell_type, source });

test("only prose is left of Markdown, without its dress", () => {
  const markdown = `# A *title*\n\nSome [link](x.md) and \`code\`,\nin one line.\n\n- an item\n\n\`\`\`ts\nno prose\n\`\`\`\n\n| a | table |\n|---|---|\n| b | c |\n\n<img src="x">`;
  assert.deepEqual(readMarkdown(markdown, "file"), {
    title: "A title",
    text: "Some link and code, in one line.\n\nan item",
  });
});

test("without a heading the file's name is the title", () =>
  assert.deepEqual(readMarkdown("Text.", "notes.md"), { title: "notes.md", text: "Text." }));

test("a repository's README comes first, then its notebooks by name", () => {
  const notebooks = path.join(folder, "notebooks");
  mkdirSync(notebooks);
  writeFileSync(path.join(folder, "README.md"), "# Read me\n\nFirst.");
  const cells = [cell("markdown", ["# One\n", "\n", "Text."]), cell("code", "run()")];
  writeFileSync(path.join(notebooks, "02.ipynb"), JSON.stringify({ cells: [] }));
  writeFileSync(path.join(notebooks, "01.ipynb"), JSON.stringify({ cells }));
  writeFileSync(path.join(notebooks, "picture.png"), "");
  assert.deepEqual(readDocuments(folder), [
    { title: "Read me", text: "First." },
    { title: "One", text: "Text." },
    { title: "02.ipynb", text: "" },
  ]);
});

test("this repository has all its chapters", () =>
  assert.ok(readDocuments().some(({ title }) => title.startsWith("12 ·"))));

test("a file that is no notebook is named", () => {
  const file = path.join(folder, "broken.ipynb");
  writeFileSync(file, "{}");
  assert.throws(() => readDocument(file), /Cannot read .*broken\.ipynb as it is no notebook/);
});
