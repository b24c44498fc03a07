import assert from "node:assert/strict";
import { test } from "node:test";
import { WINK_MODEL } from "../../../src/engines/wink/wink-engine";
import { work } from "../../../src/notebook/experiments/wink-work";

test("it is wink, whatever the environment says", { timeout: 480_000 }, async () => {
  process.env.LLM_BASE_URL = "http://127.0.0.1:1/v1";
  const context = { taskId: "t", workerId: "1" };
  const { engine } = (await work({ skill: "sentiment", text: "Good." }, context)) as {
    engine: string;
  };
  assert.equal(engine, WINK_MODEL);
});
