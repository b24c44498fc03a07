import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { analyse, compareAnalyses, type Fate } from "../../../src/notebook/experiments/analyses";
import { documents } from "../../../src/notebook/experiments/documents";

const options = { timeout: 480_000 };

/** Kills whoever begins with a task, twice. */
const killTwoAtWork: Fate = async (strike, pool, over) => {
  const isOver = once(over, "abort").then(() => undefined);
  const replacements: Promise<void>[] = [];
  for (let n = 1; n <= 2; n++) {
    const begun = pool.next(({ type }) => type === "task-started");
    const event = await Promise.race([begun, isOver]);
    if (event) replacements.push(strike(event.agent));
  }
  await Promise.all(replacements);
};

test("workers are killed at work, and every analysis comes in, the same", options, async () => {
  const texts = documents(40);
  const calm = await analyse(texts);
  assert.deepEqual([calm.killed, calm.begunAgain], [0, 0]);
  const stormy = await analyse(texts, killTwoAtWork);
  assert.ok(stormy.killed >= 1, "nobody was killed");
  assert.ok(stormy.begunAgain >= 1, "nobody was killed at work");
  assert.equal(calm.outputs.filter((output) => output !== undefined).length, 40);
  assert.deepEqual(stormy.outputs, calm.outputs);
});

test("the rows of a comparison", options, async () => {
  const rows = await compareAnalyses(4, 60_000);
  assert.deepEqual(
    rows.map(({ seconds, ...row }) => ({ ...row, seconds: seconds > 0 })),
    ["nobody is killed", "one every 60 s"].map((run) => ({
      ...{ run, documents: 4, analyses: 4, killed: 0, "begun again": 0 },
      ...{ "the same as without kills": 4, seconds: true },
    })),
  );
});
