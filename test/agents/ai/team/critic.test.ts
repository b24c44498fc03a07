import assert from "node:assert/strict";
import { test } from "node:test";
import { critic } from "../../../../src/agents/ai/team/critic";
import type { Verdict } from "../../../../src/agents/ai/team/messages";
import { context, scriptedEngine } from "./team-rig";

const topic = { topic: "heartbeats", words: ["broker", "dies"] };
const good =
  "The broker counts missing heartbeats of each worker, strikes the silent ones off its list, and gives their tasks to whoever waits; the worker that died holds nothing any longer.";

async function judge(answer: string, phrases: string[]): Promise<Verdict> {
  const { engine } = scriptedEngine({ "key-phrases": phrases });
  return (await critic(engine)({ ...topic, answer }, context)) as Verdict;
}

test("an answer that speaks of what was asked is accepted", async () => {
  const { accepted, score, missing } = await judge(good, ["silent worker"]);
  assert.deepEqual([accepted, score, missing], [true, 1, []]);
});

test("what is missing is named", async () => {
  const { accepted, missing, reason } = await judge(good.replace("heartbeats", "signs"), ["list"]);
  assert.deepEqual([accepted, missing], [false, ["heartbeats"]]);
  assert.equal(reason, "it says nothing of heartbeats");
});

test("a short answer is not accepted, nor one that only repeats the question", async () => {
  const { accepted, reason } = await judge("The broker dies of heartbeats.", ["heartbeats"]);
  assert.equal(accepted, false);
  assert.equal(reason, "it is too short; it says no more than the question");
});

test("no answer at all is judged without an engine", async () => {
  const { engine, asked } = scriptedEngine({});
  const verdict = (await critic(engine)({ ...topic, answer: " " }, context)) as Verdict;
  assert.deepEqual([verdict.accepted, verdict.score, asked], [false, 0, []]);
});
