import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { winkEngine } from "../../../src/engines/wink/wink-engine";
import { runTeam } from "../../../src/orchestration/team/run-team";
import { documents, question } from "./team-rig";

test(
  "same question, same documents: same report, with and without a thread",
  { timeout: 180_000 },
  async () => {
    const one = await runTeam({ question, documents });
    const two = await runTeam({ question, documents, engine: winkEngine(), heartbeatMs: 2500 });
    assert.equal(one.outcome, "complete");
    assert.match(one.report, /^# What does a broker do/);
    assert.equal(one.report, two.report);
    assert.deepEqual(
      one.rounds.map(({ answer }) => answer),
      two.rounds.map(({ answer }) => answer),
    );
  },
);

test("the critic rejects an answer, and the next is better", { timeout: 180_000 }, async () => {
  const { rejections, rounds } = await runTeam({ question, documents });
  const [rejected] = rejections;
  assert.ok(rejected, "no answer was rejected");
  const next = rounds.find(
    ({ topic, round }) => topic === rejected.topic && round === rejected.round + 1,
  );
  assert.ok(typeof rejected.verdict === "object" && typeof next?.verdict === "object");
  assert.ok(next.verdict.score > rejected.verdict.score || next.verdict.accepted);
});

test("it tells who asked whom, and what each has cost", { timeout: 180_000 }, async () => {
  const { messages, costs } = await runTeam({ question, documents, analysts: 1 });
  assert.deepEqual(messages[0]?.to, ["Planner"]);
  assert.deepEqual(messages.at(-1)?.from, "Editor");
  assert.deepEqual(
    costs.map(({ member }) => member),
    ["Planner", "Analyst-1", "Critic", "Editor"],
  );
  assert.ok(costs.every(({ input, seconds }) => input > 0 && seconds > 0));
});

test("a team that is stopped ends without a report", { timeout: 180_000 }, async () => {
  const stop = new AbortController();
  const onEvent = ({ type }: AgentEvent) => {
    if (type === "task-started") stop.abort();
  };
  const { outcome, report } = await runTeam({ question, documents, signal: stop.signal, onEvent });
  assert.deepEqual([outcome, report], ["stopped", ""]);
});

test("wrong options are named", async () => {
  await assert.rejects(runTeam({ question: " " }), { name: "TypeError", message: /question/ });
  await assert.rejects(runTeam({ question, documents, analysts: 0 }), /analysts/);
});
