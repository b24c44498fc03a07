import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { loadWork } from "../../../src/agents/load-export";
import { WINK_MODEL } from "../../../src/engines/wink/wink-engine";

const options = { timeout: 480_000 };
const file = path.join(__dirname, "../../../src/agents/ai/work.ts");
const context = { taskId: "t", workerId: "1" };

test("a program's work: the environment says which engine", options, async () => {
  const work = loadWork(file);
  process.env.LLM_BASE_URL = " ";
  await assert.rejects(
    async () => work({ skill: "sentiment", text: "Bad." }, context),
    /^TypeError: LLM_BASE_URL is set, but blank/,
  );
  delete process.env.LLM_BASE_URL;
  const parts: unknown[] = [];
  const text = "ZeroMQ moves messages. It needs no broker.";
  const sendPartial = (part: unknown) => void parts.push(part);
  const answer = await work({ skill: "summary", text, most: 1 }, { ...context, sendPartial });
  const { engine, skill, output } = answer as { engine: string; skill: string; output: string };
  assert.deepEqual([engine, skill], [WINK_MODEL, "summary"]);
  assert.ok(text.includes(output) && output.length > 0, output);
  assert.deepEqual(parts, [{ index: 0, text: output }]);
});
