import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { loadCreateData, loadWork } from "../../src/agents/load-export";

/** A file in a folder of its own whose name has a space. */
function written(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "a folder "));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const context = { taskId: "1", workerId: "7" };

test("a JavaScript module's work", async (t) => {
  const file = written(t, "double.js", "exports.work = (data) => data * 2;");
  assert.equal(await loadWork(file)(4, context), 8);
  assert.equal(await loadWork(path.relative(process.cwd(), file))(5, context), 10);
});

test("an ES module's work", async (t) => {
  const file = written(t, "double.mjs", "export const work = async (data) => data * 2;");
  assert.equal(await loadWork(file)(4, context), 8);
});

test("under ts-node, a TypeScript module's work", async (t) => {
  const text = "export const work = (data: number): number => data * 2;";
  assert.equal(await loadWork(written(t, "double.ts", text))(4, context), 8);
});

test("a module's data", async (t) => {
  const file = written(t, "data.mjs", "export const createData = async (n) => [n, n * n];");
  assert.deepEqual(await loadCreateData(file)(3), [3, 9]);
  const complaint = /as it must export a function named work: its work is of type undefined$/;
  assert.throws(() => loadWork(file), complaint);
  assert.throws(
    () => loadCreateData(written(t, "a.js", "exports.createData = [];")),
    /must export a function named createData: its createData is of type object$/,
  );
});

const mistakes: [what: string, name: string, text: string, complaint: RegExp][] = [
  [
    "without work",
    "a.js",
    "exports.job = () => 1;",
    /as it must export a function named work.*undefined$/,
  ],
  ["whose work is no function", "a.js", "exports.work = 7;", /its work is of type number$/],
  ["that exports nothing at all", "a.js", "module.exports = null;", /must export a function/],
  ["that throws", "a.js", 'throw new Error("boom");', /^TypeError: Cannot load .*a\.js: boom$/],
  ["with a mistake in it", "a.ts", "export const = ;", /Cannot load .*a\.ts: .*needs ts-node/],
];

for (const [what, name, text, complaint] of mistakes)
  test(`a module ${what} is refused`, (t) => {
    assert.throws(() => loadWork(written(t, name, text)), complaint);
  });

test("a file that is not there is refused in one line", () => {
  assert.throws(
    () => loadWork("no such file.js"),
    /^TypeError: Cannot load no such file\.js: Cannot find module '[^\n]*'$/,
  );
});
