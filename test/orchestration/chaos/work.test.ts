import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import type { Temper } from "../../../src/orchestration/chaos/plan";
import { CHAOS_DIRECTORY, resultOf, work } from "../../../src/orchestration/chaos/work";

/** Does one task again and again, with a folder of its own for the tries. */
function workOn(t: TestContext, temper: Temper) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "chaos-work-"));
  process.env[CHAOS_DIRECTORY] = directory;
  t.after(() => rmSync(directory, { recursive: true }));
  return async () => work({ n: 5, temper }, { taskId: "a", workerId: "1" });
}

test("a plain task and a slow one have the right result", async (t) => {
  assert.equal(await workOn(t, "plain")(), resultOf(5));
  assert.equal(await workOn(t, "slow")(), 25);
});

test("one fails twice and then not, one always", async (t) => {
  const twice = workOn(t, "fails-twice");
  await assert.rejects(twice(), /try 1 of task 5 fails/);
  await assert.rejects(twice(), /try 2/);
  assert.equal(await twice(), 25);
  const always = workOn(t, "fails-always");
  for (let tries = 1; tries <= 4; tries++) await assert.rejects(always(), /fails/);
});

test("one hangs the first time only", async (t) => {
  const hangs = workOn(t, "hangs-once");
  const first = hangs();
  assert.equal(await hangs(), 25);
  assert.equal(await Promise.race([first, Promise.resolve("still hanging")]), "still hanging");
});
