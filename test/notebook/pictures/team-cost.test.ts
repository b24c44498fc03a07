import assert from "node:assert/strict";
import { test } from "node:test";
import { costGroups } from "../../../src/notebook/pictures/team-cost";

test("a group of words and one of milliseconds, a bar for each member", () => {
  const cost = { service: "plan", answers: 1, unit: "words", input: 10, output: 4, seconds: 0.5 };
  const costs = [{ ...cost, member: "Planner", unit: "words" as const }];
  assert.deepEqual(costGroups(costs), {
    "words read and written": { Planner: 14 },
    "milliseconds of thinking": { Planner: 500 },
  });
});
