import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { answerQuestion } from "../../../../src/agents/ai/team/answer-question";
import type { AnalysisTask, EditTask } from "../../../../src/agents/ai/team/messages";
import { DeadLetterError, type Ask } from "../../../../src/agents/majordomo/client/ask";
import type { Payload } from "../../../../src/messages/payload";
import { createResultMessage } from "../../../../src/messages/result-message";
import { createTaskMessage } from "../../../../src/messages/task-message";

const usage = { unit: "words", input: 1, output: 1, durationMs: 1 };
const judged = (accepted: boolean, score: number, missing: string[]) => {
  return { accepted, score, missing, reason: accepted ? "good" : "too thin", usage };
};

/** A team on two topics: the answer on "cats" is good in its second round. `own` replaces what a service says. */
function team(own: Record<string, (data: Payload, signal?: AbortSignal) => unknown> = {}) {
  const asked: [service: string, data: Payload][] = [];
  const services: typeof own = {
    plan: () => ({ topics: ["cats", "dogs"].map((topic) => ({ topic, words: [] })), usage }),
    analyse: (data) => {
      const { topic, round } = data as AnalysisTask;
      return { answer: `${topic} ${round}`, sources: ["Animals"], usage };
    },
    criticise: (data) =>
      (data as { answer: string }).answer === "cats 1"
        ? judged(false, 0.5, ["tails"])
        : judged(true, 1, []),
    edit: (data) => {
      const { findings } = data as EditTask;
      return { report: "the report", lead: "", sections: findings, usage };
    },
    ...own,
  };
  const ask: Ask = async (service, data, { signal } = {}) => {
    asked.push([service, data]);
    signal?.throwIfAborted();
    const result = (await services[service]!(data, signal)) as Payload;
    return createResultMessage("task", result, `${service}-1`);
  };
  return { ask, asked };
}

const deadLetter = () => {
  const error = { name: "Poison", message: "three died" };
  throw new DeadLetterError({ task: createTaskMessage(null), error, attempts: [] });
};

test("a rejected answer is tried again with what was missing", async () => {
  const { ask, asked } = team();
  const { report, sections, rounds, costs } = await answerQuestion({ ask, question: "Who?" });
  assert.equal(report, "the report");
  assert.deepEqual(
    sections.map(({ answer, note }) => [answer, note]),
    [
      ["cats 2", undefined],
      ["dogs 1", undefined],
    ],
  );
  assert.deepEqual(
    rounds.map(({ topic, round }) => `${topic} ${round}`),
    ["cats 1", "cats 2", "dogs 1"],
  );
  const second = asked.find(([, data]) => (data as AnalysisTask).round === 2);
  assert.deepEqual((second?.[1] as AnalysisTask).missing, ["tails"]);
  assert.equal(costs.length, 8);
  assert.ok(costs.some(({ worker, service }) => worker === "edit-1" && service === "edit"));
});

test("after the last round the best answer stays, and is called weak", async () => {
  const scores: Record<string, number> = { "cats 1": 0.2, "cats 2": 0.7, "cats 3": 0.4 };
  const criticise = (data: Payload) =>
    judged(false, scores[(data as { answer: string }).answer] ?? 0, []);
  const { sections } = await answerQuestion({ ...team({ criticise }), question: "Who?" });
  assert.equal(sections[0]?.answer, "cats 2");
  assert.equal(sections[0].note, "Weak: too thin, after 3 rounds");
});

test("an analyst's dead letter costs one section, which says why", async () => {
  const analyse = (data: Payload) =>
    (data as AnalysisTask).topic === "cats" ? deadLetter() : { answer: "dogs", sources: [], usage };
  const { sections } = await answerQuestion({ ...team({ analyse }), question: "Who?" });
  assert.deepEqual(
    sections.map(({ answer, note }) => [answer, note]),
    [
      ["", "Missing: the analyst gave no answer (Poison: three died)"],
      ["dogs", undefined],
    ],
  );
});

test("without a critic the answer stands, and is called not judged", async () => {
  const { sections } = await answerQuestion({
    ...team({ criticise: deadLetter }),
    question: "Who?",
  });
  assert.equal(sections[0]?.note, "Not judged: the critic gave none (Poison: three died)");
});

test("without a planner there is no report", async () =>
  assert.rejects(answerQuestion({ ...team({ plan: deadLetter }), question: "Who?" }), {
    name: "DeadLetterError",
  }));

test("an answer of another shape ends the conversation, and the others are given up", async () => {
  let given: unknown;
  const analyse = async (data: Payload, signal?: AbortSignal) => {
    if ((data as AnalysisTask).topic === "cats") return "meow";
    if (!signal!.aborted) await once(signal!, "abort");
    given = signal!.reason;
    throw given;
  };
  await assert.rejects(answerQuestion({ ...team({ analyse }), question: "Who?" }), {
    name: "TypeError",
    message: /Worker-analyse-1 must answer "analyse" otherwise/,
  });
  assert.match(String(given), /must answer "analyse" otherwise/);
});

test("who gives up gives everything up", async () => {
  const stop = new AbortController();
  const analyse = (_: Payload, signal?: AbortSignal) => {
    stop.abort(new Error("enough"));
    signal!.throwIfAborted();
  };
  const asking = answerQuestion({ ...team({ analyse }), question: "Who?", signal: stop.signal });
  await assert.rejects(asking, { message: "enough" });
});

test("there is one round at least", async () =>
  assert.rejects(answerQuestion({ ...team(), question: "Who?", maxRounds: 0 }), {
    name: "RangeError",
    message: /maxRounds/,
  }));
