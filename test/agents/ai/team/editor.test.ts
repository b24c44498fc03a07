import assert from "node:assert/strict";
import { test } from "node:test";
import { editor } from "../../../../src/agents/ai/team/editor";
import type { Edition } from "../../../../src/agents/ai/team/messages";
import type { Payload } from "../../../../src/messages/payload";
import { context, scriptedEngine } from "./team-rig";

const findings: Payload[] = [
  { topic: "cats", answer: "Cats sleep. Cats eat.", sources: ["Animals"] },
  { topic: "dogs", answer: "Cats eat. Dogs bark.", sources: [], note: "Weak: it is too short" },
  { topic: "mice", answer: "Cats sleep.", sources: [] },
];

test("the report says nothing twice, names its sources, and what is weak", async () => {
  const { engine } = scriptedEngine({ summary: "In short." });
  const { report, lead, sections } = (await editor(engine)(
    { question: "Who?", findings },
    context,
  )) as Edition;
  assert.equal(lead, "In short.");
  assert.deepEqual(
    sections.map(({ answer }) => answer),
    ["Cats sleep. Cats eat.", "Dogs bark.", "All of it is said above."],
  );
  const dogs = "## dogs\n\nDogs bark.\n\n*Weak: it is too short*";
  const cats = "## cats\n\nCats sleep. Cats eat.\n\n*Read for this: Animals*";
  const mice = "## mice\n\nAll of it is said above.";
  assert.equal(report, ["# Who?", "In short.", cats, dogs, mice].join("\n\n"));
});

test("without any answer there is nothing to sum up", async () => {
  const { engine, asked } = scriptedEngine({});
  const lost = [{ topic: "cats", answer: "", sources: [], note: "Missing: nobody came" }];
  const { report } = (await editor(engine)(
    { question: "Who?", findings: lost },
    context,
  )) as Edition;
  assert.match(report, /Nobody has found an answer\.\n\n## cats\n\n\*Missing: nobody came\*/);
  assert.deepEqual(asked, []);
});
