/** What chapter 13 claims: about hearts, giving up, a model's bad day, and the team's report. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { winkInThread } from "../../../src/engines/in-thread";
import { winkEngine } from "../../../src/engines/wink/wink-engine";
import { readChapters } from "../../../src/notebook/experiments/chapters";
import { everySkill } from "../../../src/notebook/experiments/every-skill";
import { giveUp } from "../../../src/notebook/experiments/give-up";
import { heartAtWork } from "../../../src/notebook/experiments/hearts-at-work";
import { haveTroubles } from "../../../src/notebook/experiments/llm-troubles";
import { runTeam } from "../../../src/orchestration/team/run-team";

const timeout = 240_000;

test("the gloomiest chapter is the one about failures", { timeout }, async () => {
  const engine = winkEngine();
  const moods = await Promise.all(
    readChapters().map(async ({ name, text }) => {
      const { output } = await engine.complete({ skill: "sentiment", text });
      return { name, score: output.score };
    }),
  );
  assert.equal(moods.sort((a, b) => a.score - b.score)[0]?.name, "8 · error handling");
});

test("every skill has a row, the same twice", { timeout }, async () => {
  const { text } = readChapters()[0]!;
  const rows = await everySkill(winkEngine(), text, 2);
  assert.deepEqual(
    rows.map(({ skill }) => skill),
    winkEngine().skills,
  );
  assert.deepEqual(await everySkill(winkEngine(), text, 2), rows);
});

test("an engine in the event loop costs the worker its heart", { timeout }, async () => {
  const row = await heartAtWork("in the event loop", 30);
  assert.deepEqual([row["struck off"], row["what came of it"]], ["twice", "a dead letter"]);
});

test("an engine in a thread does not", { timeout }, async () => {
  const row = await heartAtWork("in a thread");
  assert.deepEqual([row["struck off"], row["what came of it"]], ["never", "a result"]);
});

test("when the client gives up, the engine is stopped", { timeout }, async () => {
  const engine = winkInThread();
  const text = readChapters().map((chapter) => chapter.text);
  const seen = await giveUp(engine, { skill: "summary", text: text.join("\n\n") });
  await engine.close();
  const said = seen.map(({ who, what }) => `${who} ${what}`);
  assert.ok(said.includes("Engine is stopped") && said.includes("Worker-1 drops the task"));
  assert.ok(!said.some((line) => line.endsWith("has a result")));
});

test(
  "a model's bad day: nobody pays twice for an answer, and the key is nowhere",
  { timeout },
  async () => {
    const { rows, worst, keySeen } = await haveTroubles();
    assert.deepEqual(
      rows.map(({ requests, paid }) => [requests, paid]),
      [
        [1, 1],
        [2, 1],
        [2, 1],
        [2, 2],
        [1, 0],
        [3, 1],
      ],
    );
    const [first, second] = worst.attempts;
    assert.ok(second!.at - first!.at >= 1000);
    assert.equal(keySeen, 0);
  },
);

test("the critic sends an answer back, and is content with the next", { timeout }, async () => {
  const documents = readChapters().map(({ title, text }) => ({ title, text }));
  const question = "How do heartbeats, dead letters and retries protect a task?";
  const { rejections, report } = await runTeam({ question, documents });
  assert.deepEqual(
    rejections.map(({ topic, round }) => [topic, round]),
    [["heartbeats", 1]],
  );
  assert.doesNotMatch(report, /Weak|Missing/);
});
