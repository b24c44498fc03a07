import assert from "node:assert/strict";
import { test } from "node:test";
import { analyst } from "../../../../src/agents/ai/team/analyst";
import { Library } from "../../../../src/agents/ai/team/library";
import type { Analysis } from "../../../../src/agents/ai/team/messages";
import { context, documents, scriptedEngine } from "./team-rig";

const library = new Library(documents);
const task = { topic: "heartbeat", words: ["broker"], round: 1, missing: [] };

test("the engine sums up what is found, and the sources are named", async () => {
  const { engine, asked } = scriptedEngine({ summary: "It lives." });
  const { answer, sources } = (await analyst(engine, library)(task, context)) as Analysis;
  assert.equal(answer, "It lives.");
  assert.ok(sources.includes("Brokers"));
  assert.equal(asked[0]?.question, "What about heartbeat?");
  assert.match(asked[0].text, /three heartbeats/);
});

test("in the second round it reads more, and asks for what was missing", async () => {
  const { engine, asked } = scriptedEngine({ summary: "It lives." });
  const again = { ...task, round: 2, missing: ["lost"] };
  const { sources } = (await analyst(engine, library)(again, context)) as Analysis;
  assert.deepEqual(sources.toSorted(), ["Brokers", "Pipelines"]);
  assert.equal(asked[0]?.question, "What about heartbeat, broker, lost?");
  assert.equal(asked[0].most, 3);
});

test("who finds nothing asks no engine", async () => {
  const { engine, asked } = scriptedEngine({});
  const strange = { ...task, topic: "telephone", words: [] };
  const { answer, sources } = (await analyst(engine, library)(strange, context)) as Analysis;
  assert.deepEqual([answer, sources, asked], ["", [], []]);
});
