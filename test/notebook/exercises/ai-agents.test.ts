import assert from "node:assert/strict";
import { test } from "node:test";
import type { Work, WorkContext } from "../../../src/agents/work";
import type { AIEngine } from "../../../src/engines/engine";
import type { Payload } from "../../../src/messages/payload";
import {
  checkGlossary,
  solveGlossary,
  totalUsage,
  tryGlossary,
} from "../../../src/notebook/exercises/ai-agents";
import type { AgentOf } from "../../../src/notebook/exercises/ai-agents-trial";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 120_000;

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkGlossary(solveGlossary);
  assert.match(
    written[0]?.data["text/markdown"] ?? "",
    /✔.*explained \d terms.*cost is right.*its engine stopped/,
  );
});

test("the starting point is told that it makes things up", { timeout }, async () => {
  const { passed, explanation } = await tryGlossary(startingPoint("13-ai-agents", "glossary"));
  assert.equal(passed, false);
  assert.match(explanation, /is explained by “\?”, and no sentence of the report says so/);
});

/** The solution, with another engine in its hands. */
const withEngine =
  (change: (engine: AIEngine) => Partial<AIEngine>): AgentOf =>
  (engine) =>
    solveGlossary({ ...engine, ...change(engine) });

/** The solution, with something else made of its answer. */
const answering =
  (change: (answer: { entries: { term: string; meaning: string }[] }) => Payload): AgentOf =>
  (engine) =>
  async (data, context) =>
    change((await solveGlossary(engine)(data, context)) as never);

const withoutQuestion = withEngine((engine) => ({
  complete: (request, options) => engine.complete({ ...request, question: undefined }, options),
}));

const withoutSignal: AgentOf = (engine) => (data, context: WorkContext) =>
  solveGlossary(engine)(data, { ...context, signal: undefined });

/** Hands on another signal than the one of its task. */
const withSignalOfItsOwn: AgentOf =
  (engine) =>
  (data, context): ReturnType<Work> =>
    solveGlossary(engine)(data, { ...context, signal: new AbortController().signal });

const wrong: [name: string, agentOf: unknown, words: RegExp][] = [
  ["asks for a summary without a question", withoutQuestion, /does not mention it.*`question`/],
  ["does not hand the signal on", withoutSignal, /asked its engine \d times without a `signal`/],
  ["has a signal of its own", withSignalOfItsOwn, /gave up, and the engine was not stopped/],
  [
    "counts the first answer only",
    answering(({ entries }) => ({ entries, usage: { input: 1, output: 1 } })),
    /read 1 words and wrote 1, but its engine was asked \d times, read \d+ words.*totalUsage/,
  ],
  ["does not count", answering(({ entries }) => ({ entries })), /does not say what it cost/],
  ["explains nothing", answering(() => ({ entries: [] })), /no list `entries` with something/],
  [
    "gives lines",
    answering(({ entries }) => ({ entries: entries.map(({ term }) => term) })),
    /an entry is `".*"`: it needs a `term` and a `meaning`/,
  ],
  [
    "explains other words",
    answering(() => ({ entries: [{ term: "kangaroo", meaning: "a broker" }] })),
    /explains “kangaroo”, and the report does not speak of that/,
  ],
  [
    "throws",
    () => () => {
      throw new TypeError("no idea");
    },
    /your agent failed: `TypeError: no idea`/,
  ],
  ["is nothing", undefined, /an agent is a function.*yours gives undefined/],
  ["is work already", () => Promise.resolve({}), /an agent is a function.*yours gives object/],
];

for (const [name, agentOf, words] of wrong) {
  test(`an agent that ${name} is told so`, { timeout }, async () => {
    const { passed, explanation } = await tryGlossary(agentOf as AgentOf);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}

test("adds up what answers have cost", () => {
  const one = { unit: "words", input: 10, output: 2, durationMs: 5 } as const;
  assert.deepEqual(totalUsage([one, one]), { unit: "words", input: 20, output: 4, durationMs: 10 });
  assert.throws(() => totalUsage([]), RangeError);
});
