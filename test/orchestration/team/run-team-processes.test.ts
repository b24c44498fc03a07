import assert from "node:assert/strict";
import { test } from "node:test";
import { runTeam } from "../../../src/orchestration/team/run-team";
import { runTeamProcesses } from "../../../src/orchestration/team/run-team-processes";
import { documents, question } from "./team-rig";

test(
  "an analyst is killed while it works, and the report is the same",
  { timeout: 300_000 },
  async () => {
    const settings = { question, documents, startTimeoutMs: 200_000 };
    const whole = await runTeam(settings);
    const team = await runTeamProcesses({ ...settings, killAnalyst: true });

    assert.equal(team.outcome, "complete");
    assert.equal(team.report, whole.report);
    assert.deepEqual(team.sections, whole.sections);
    const died = team.messages.filter(({ label }) => label === "process died");
    assert.equal(died.length, 1);
    assert.ok(
      team.messages.some(({ label }) => label.endsWith(" again")),
      "no task was given to another",
    );
    assert.ok(team.events.some(({ type }) => type === "request-redelivered"));
    const exits = team.events.filter(({ type }) => type === "process-exited");
    assert.equal(exits.length, 7); // the broker, planner, critic, editor and three analysts
  },
);

test("the last analyst is not killed", async () =>
  assert.rejects(runTeamProcesses({ question, documents, analysts: 1, killAnalyst: true }), {
    name: "RangeError",
    message: /analysts/,
  }));
