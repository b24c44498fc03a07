import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineRequest, Skill } from "../../../src/engines/engine";
import { MAX_TEXT_LENGTH, WINK_SKILLS, winkEngine } from "../../../src/engines/wink/wink-engine";
import { loadReader } from "../../../src/engines/wink/reader";
import { LESSON, NEWS } from "./texts";

test("twice the same, whatever was read between", { timeout: 480_000 }, async () => {
  const engine = winkEngine();
  const all = async () => {
    const answers = WINK_SKILLS.map((skill) => engine.complete({ skill, text: LESSON }));
    return (await Promise.all(answers)).map(({ output, usage }) => ({
      output,
      usage: { ...usage, durationMs: 0 },
    }));
  };
  const first = await all();
  await engine.complete({ skill: "summary", text: NEWS });
  assert.deepEqual(await all(), first);
});

test("a name is cut as it always is, whatever was read before", { timeout: 480_000 }, async () => {
  const engine = winkEngine();
  const names = async (text: string) => (await engine.complete({ skill: "entities", text })).output;
  await names("It was ZeroMQ's, they said. And ZeroMQ's.");
  assert.deepEqual(await names("We like ZeroMQ's sockets."), [{ text: "ZeroMQ", type: "NAME" }]);
});

test(
  "parts put together are the summary; other skills have none",
  { timeout: 480_000 },
  async () => {
    const parts: string[] = [];
    const onPart = (part: string) => parts.push(part);
    await winkEngine().complete({ skill: "sentiment", text: LESSON }, { onPart });
    assert.deepEqual(parts, []);
    const { output, usage } = await winkEngine().complete(
      { skill: "summary", text: LESSON },
      { onPart },
    );
    assert.equal(parts.length, 3);
    assert.equal(parts.join(""), output);
    assert.deepEqual([usage.unit, usage.input], ["words", LESSON.split(" ").length]);
    assert.equal(usage.output, output.split(" ").length);
  },
);

test("no sentence ends within a name", { timeout: 480_000 }, async () => {
  const read = await loadReader();
  const sentences = read("See worker.ts and rfc.zeromq.org/spec/18 for it. It has\n\na task_id.");
  assert.deepEqual(
    sentences.map(({ text }) => text),
    ["See worker.ts and rfc.zeromq.org/spec/18 for it.", "It has", "a task_id."],
  );
  assert.ok(sentences[2]!.tokens.some(({ text }) => text === "task_id"));
});

test("a text of code alone has empty answers", { timeout: 480_000 }, async () => {
  const answers = WINK_SKILLS.map((skill) =>
    winkEngine().complete({ skill, text: "```\nlet x;\n```" }),
  );
  const outputs = (await Promise.all(answers)).map(({ output }) => output);
  assert.deepEqual(outputs, [{ score: 0, label: "neutral" }, [], [], ""]);
});

test("what it cannot do, it says", { timeout: 480_000 }, async () => {
  const wrong: [Partial<EngineRequest>, RegExp][] = [
    [{ text: " \n" }, /empty text/],
    [{ text: "a".repeat(MAX_TEXT_LENGTH + 1) }, /limit is 5000000/],
    [{ most: 0 }, /most of 0/],
    [{ most: 1.5 }, /most of 1.5/],
    [{ skill: "toString" as Skill }, /no skill "toString"/],
  ];
  for (const [part, message] of wrong) {
    const request: EngineRequest = { skill: "summary", text: LESSON, ...part };
    const failure = { name: "RequestRejected", retryable: false, message };
    await assert.rejects(winkEngine().complete(request), failure);
  }
  const closed = winkEngine();
  await closed.close();
  await assert.rejects(closed.complete({ skill: "summary", text: LESSON }), {
    name: "RequestRejected",
  });
});

test("who gives up hears so between two steps", { timeout: 480_000 }, async () => {
  const request: EngineRequest = { skill: "summary", text: LESSON };
  const signal = AbortSignal.abort(new Error("before"));
  await assert.rejects(winkEngine().complete(request, { signal }), { message: "before" });
  const controller = new AbortController();
  const parts: string[] = [];
  const onPart = (part: string) => {
    parts.push(part);
    controller.abort(new Error("enough"));
  };
  const stopped = winkEngine().complete(request, { signal: controller.signal, onPart });
  await assert.rejects(stopped, { message: "enough" });
  assert.equal(parts.length, 1);
  const late = winkEngine().complete({ ...request, text: LESSON.repeat(200) }, { timeLimitMs: 0 });
  await assert.rejects(late, { name: "TimeLimit", retryable: true });
});

test("a megabyte is read to its end", { timeout: 300_000 }, async () => {
  const text = "The worker takes a task from the broker, and the broker remembers it. ".repeat(
    15_000,
  );
  const { output } = await winkEngine().complete({ skill: "summary", text });
  assert.equal(output, "The worker takes a task from the broker, and the broker remembers it.");
});
