import assert from "node:assert/strict";
import { test } from "node:test";
import { engineWork, type EnginePart } from "../../../src/agents/ai/engine-work";
import type { WorkContext } from "../../../src/agents/work";
import { workOn } from "../../../src/agents/work-on";
import { EngineFailure } from "../../../src/engines/failure";
import { jsonCodec } from "../../../src/messages/codecs/json";
import type { Payload } from "../../../src/messages/payload";
import { createTaskMessage } from "../../../src/messages/task-message";
import { FakeEngine, usage } from "./fake-engine";

const options = { timeout: 240_000 };
const bench = { workerId: "1", codec: jsonCodec, maxFrameBytes: 5000, clock: () => 0 };
const summary = { skill: "summary", text: "one two three" };

/** Does one task as every worker does it. */
function resultOf(
  data: Payload,
  engine = new FakeEngine(),
  sendPartial?: WorkContext["sendPartial"],
) {
  return workOn({ ...bench, work: engineWork(engine) }, createTaskMessage(data), sendPartial);
}

test("a request in, the engine's answer out, and what it cost", options, async () => {
  const { result, failed } = await resultOf(summary);
  assert.deepEqual(result, { engine: "fake", skill: "summary", output: summary.text, usage });
  assert.equal(failed, false);
});

test("the engine is told all there is to know of the task", options, async () => {
  const engine = new FakeEngine();
  const { signal } = new AbortController();
  const request = { ...summary, question: "how many?", most: 2 };
  const task = createTaskMessage({ ...request, unknown: 1 });
  await workOn({ ...bench, work: engineWork(engine), signal }, task);
  const [{ request: seen, options: given }] = engine.asked as [(typeof engine.asked)[0]];
  assert.deepEqual(seen, request);
  assert.deepEqual(given, { taskId: task.task_id, signal, onPart: undefined });
});

test("parts are counted from 0, in each task anew", options, async () => {
  const parts: EnginePart[] = [];
  const engine = new FakeEngine();
  const take = (part: Payload) => parts.push(part as EnginePart);
  for (let n = 1; n <= 2; n++) await resultOf(summary, engine, take);
  const once = ["one", " two", " three"].map((text, index) => ({ index, text }));
  assert.deepEqual(parts, [...once, ...once]);
});

test("a part that cannot be sent is the task's failure", options, async () => {
  const { result } = await resultOf(summary, undefined, () => {
    throw new RangeError("too large");
  });
  assert.deepEqual(result, { error: { name: "RangeError", message: "too large" } });
});

test("whoever stops the task stops the engine", options, async () => {
  const engine = new FakeEngine();
  const stop = new AbortController();
  const work = engineWork(engine)(
    { skill: "entities", text: "" },
    { taskId: "t", workerId: "1", signal: stop.signal },
  );
  await new Promise((resolve) => setImmediate(resolve)); // the schema is asked first
  assert.equal(engine.asked.length, 1);
  stop.abort();
  await assert.rejects(Promise.resolve(work), { name: "AbortError" });
});

test("what an engine fails of travels with its advice", options, async () => {
  const engine = new FakeEngine();
  const rateLimited = new EngineFailure("RateLimited", "not so fast", { retryAfterMs: 7 });
  engine.complete = () => Promise.reject(rateLimited);
  const { result, failed } = await resultOf(summary, engine);
  assert.equal(failed, true);
  const advice = { retryable: true, retryAfterMs: 7 };
  assert.deepEqual(result, { error: { name: "RateLimited", message: "not so fast", ...advice } });
});

const wrong: [what: string, data: Payload, complaint: RegExp][] = [
  ["no object", "text", /^data: .*object/],
  ["an unknown skill", { ...summary, skill: "poetry" }, /^data\.skill: .*"key-phrases"/],
  ["no text", { skill: "summary" }, /^data\.text: .*string/],
  ["a question that is none", { ...summary, question: 1 }, /^data\.question: /],
  ["half a sentence", { ...summary, most: 0.5 }, /^data\.most: /],
  ["no sentence", { ...summary, most: 0 }, /^data\.most: /],
];

for (const [what, data, complaint] of wrong)
  test(`a request with ${what} never reaches the engine`, options, async () => {
    const engine = new FakeEngine();
    const { result } = await resultOf(data, engine);
    const { error } = result as { error: { name: string; message: string; retryable: boolean } };
    assert.deepEqual([error.name, error.retryable], ["ValidationError", false]);
    assert.match(error.message, complaint);
    assert.equal(engine.asked.length, 0);
  });
