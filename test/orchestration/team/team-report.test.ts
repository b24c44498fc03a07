import assert from "node:assert/strict";
import { test } from "node:test";
import type { TeamAnswer } from "../../../src/agents/ai/team/answer-question";
import { reportOf } from "../../../src/orchestration/team/team-report";

const cost = (worker: string, service: string, durationMs: number, input = 10) => {
  return { worker, service, usage: { unit: "tokens", input, output: 2, durationMs } } as const;
};
const verdict = { score: 0, missing: [], reason: "", usage: cost("", "", 0).usage };
const round = (n: number, accepted: boolean) => {
  return { topic: "cats", round: n, answer: "", sources: [], verdict: { ...verdict, accepted } };
};
const answer: TeamAnswer = {
  report: "the report",
  lead: "",
  sections: [],
  rounds: [round(1, false), round(2, true)],
  costs: [
    cost("analyst-2", "analyse", 500),
    cost("planner", "plan", 100),
    cost("analyst-2", "analyse", 250),
  ],
};
const given = { question: "Who?", analysts: 2, events: [] };

test("costs are summed up for each member that answered, and rejections are picked out", () => {
  const { costs, rejections, outcome } = reportOf({ ...given, outcome: "complete", answer });
  const figures = { unit: "tokens", input: 10, output: 2 };
  assert.deepEqual(costs, [
    { member: "Planner", service: "plan", answers: 1, ...figures, seconds: 0.1 },
    {
      member: "Analyst-2",
      service: "analyse",
      answers: 2,
      unit: "tokens",
      input: 20,
      output: 4,
      seconds: 0.75,
    },
  ]);
  assert.deepEqual(rejections, [answer.rounds[0]]);
  assert.equal(outcome, "complete");
});

test("a team that was stopped has no report", () => {
  const { report, costs, rounds } = reportOf({ ...given, outcome: "stopped" });
  assert.deepEqual([report, costs, rounds], ["", [], []]);
});
