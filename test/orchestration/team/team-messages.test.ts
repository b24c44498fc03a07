import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import type { Payload } from "../../../src/messages/payload";
import { teamMessages } from "../../../src/orchestration/team/team-messages";

const services = new Map([
  ["Worker-analyst-1", "analyse"],
  ["Worker-analyst-2", "analyse"],
  ["Worker-critic", "criticise"],
]);
const usage = { unit: "words", input: 1, output: 1, durationMs: 1 };

let at = 0;
const begun = (agent: string, taskId: string, data: Payload): AgentEvent => {
  return { agent, at: at++, type: "task-started", taskId, data };
};
const answered = (
  workerId: string,
  taskId: string,
  result: Payload,
  failed = false,
): AgentEvent => {
  return { agent: "Client", at: at++, type: "result-received", taskId, workerId, result, failed };
};

test("questions, answers and deaths are told in order, and a second try as one", () => {
  const analysis = { topic: "cats", words: [], round: 1, missing: [] };
  const verdict = { accepted: false, score: 0, missing: [], reason: "thin", usage };
  const events: AgentEvent[] = [
    begun("Worker-analyst-1", "a", analysis),
    { agent: "Worker-analyst-1", at: at++, type: "process-exited", code: null, signal: "SIGKILL" },
    begun("Worker-analyst-2", "a", analysis),
    answered("analyst-2", "a", { answer: "meow" }),
    begun("Worker-critic", "b", { topic: "cats", words: [], answer: "meow" }),
    answered("critic", "b", verdict),
  ];
  const told = teamMessages(events.toReversed(), services);
  assert.deepEqual(
    told.map(({ from, to, label, sort }) => [from, to[0], label, sort]),
    [
      ["Client", "Analyst-1", "analyse cats, round 1", "client"],
      ["Analyst-1", undefined, "process died", "failed"],
      ["Client", "Analyst-2", "analyse cats, round 1 again", "client"],
      ["Analyst-2", "Client", "analyse cats, round 1: done", "worker"],
      ["Client", "Critic", "criticise cats", "client"],
      ["Critic", "Client", "criticise cats: no", "failed"],
    ],
  );
});
