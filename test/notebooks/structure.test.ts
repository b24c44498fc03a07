/** The shape of a chapter, as far as it shows without running it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { suite, test } from "node:test";
import { codeCells, notebookFiles, readNotebook, textOf, type Notebook } from "./notebook";

const MAX_CODE_LINES = 6;
const files = notebookFiles();

files.forEach((file, index) => {
  void suite(basename(file), () => {
    const notebook = readNotebook(file);

    test(`has code cells of at most ${MAX_CODE_LINES} lines, exercises excepted`, () => {
      const tooLong = codeCells(notebook).filter(
        ({ source, metadata }) =>
          !metadata.tags?.includes("exercise") && codeLines(textOf(source)) > MAX_CODE_LINES,
      );
      assert.deepEqual(
        tooLong.map(({ source }) => textOf(source)),
        [],
      );
    });

    test("is committed from one clean run, in order", () => {
      const counts = codeCells(notebook).map(({ execution_count }) => execution_count);
      assert.deepEqual(
        counts,
        counts.map((_, position) => position + 1),
      );
      assert.deepEqual(notebook.metadata.kernelspec, {
        display_name: "TypeScript",
        language: "typescript",
        name: "tslab",
      });
    });

    test("has an id of its own for each cell", () => {
      const ids = notebook.cells.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    });

    test("links only to files and headings that exist", () => {
      const broken = relativeLinks(notebook).filter((link) => !exists(link, file));
      assert.deepEqual(broken, []);
    });

    const next = files[index + 1];
    test(
      "ends with a link to the next chapter",
      { skip: next === undefined && "it is the last" },
      () => {
        const last = notebook.cells.filter(({ cell_type }) => cell_type === "markdown").at(-1);
        assert.ok(textOf(last?.source).includes(`](${basename(next!)})`), textOf(last?.source));
      },
    );
  });
});

function codeLines(source: string): number {
  return source.split("\n").filter((line) => line.trim() !== "").length;
}

function relativeLinks(notebook: Notebook): string[] {
  const markdown = notebook.cells.filter(({ cell_type }) => cell_type === "markdown");
  const targets = markdown.flatMap(({ source }) => [
    ...textOf(source).matchAll(/\]\(([^)\s]+)[^)]*\)/g),
  ]);
  return targets.map(([, target]) => target!).filter((target) => !/^[a-z]+:/i.test(target));
}

function exists(link: string, from: string): boolean {
  const [path, anchor] = link.split("#").map(decodeURIComponent) as [string, string?];
  const target = path === "" ? from : resolve(dirname(from), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor.toLowerCase());
}

/** JupyterLab joins a heading's words by hyphens; a code host leaves out punctuation and lower-cases as well. */
function anchorsOf(file: string): string[] {
  const isNotebook = file.endsWith(".ipynb");
  const text = isNotebook
    ? readNotebook(file)
        .cells.map(({ source }) => textOf(source))
        .join("\n")
    : readFileSync(file, "utf8");
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.trim().toLowerCase(),
  );
  return headings.flatMap((heading) => [
    heading.replaceAll(" ", "-"),
    heading.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-"),
  ]);
}
