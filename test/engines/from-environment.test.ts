import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { engineFromEnvironment, type EngineEnvironment } from "../../src/engines/from-environment";
import { startOpenAIServer } from "../../src/notebook/experiments/openai-server";

const llm = { LLM_BASE_URL: "http://127.0.0.1:11434/v1", LLM_MODEL: "llama3.2" };

test("without an address it is wink, whatever else is set", async (t) => {
  const env = { LLM_MODEL: "llama3.2", LLM_API_KEY: "key", OPENAI_API_KEY: "another" };
  const engine = engineFromEnvironment(env);
  t.after(() => engine.close());
  assert.equal(engine.name, "wink-eng-lite-web-model");
  const answer = await engine.complete({ skill: "sentiment", text: "What a wonderful day!" });
  assert.equal(answer.output.label, "positive");
});

test(
  "with an address it is the model there, asked with the key",
  { timeout: 240_000 },
  async (t) => {
    const server = await startOpenAIServer(() => ({ kind: "answer", text: "Short." }));
    t.after(() => server.close());
    const folder = mkdtempSync(path.join(tmpdir(), "answers-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const engine = engineFromEnvironment({
      LLM_BASE_URL: ` ${server.baseURL}\n`,
      LLM_MODEL: "llama3.2",
      LLM_API_KEY: "key",
      LLM_ANSWERS_FOLDER: path.join(folder, "answers"),
    });
    t.after(() => engine.close());
    assert.equal(engine.name, "llama3.2");
    for (const taskId of ["1", "1"]) {
      const answer = await engine.complete({ skill: "summary", text: "Long." }, { taskId });
      assert.equal(answer.output, "Short.");
    }
    assert.deepEqual(
      server.records.map(({ hadKey }) => hadKey),
      [true],
      "the second answer came from the folder",
    );
    assert.ok(existsSync(path.join(folder, "answers")));
  },
);

for (const [env, words] of [
  [{ LLM_BASE_URL: llm.LLM_BASE_URL }, /LLM_BASE_URL is set, but not LLM_MODEL/],
  [{ LLM_BASE_URL: "" }, /LLM_BASE_URL is set, but blank/],
  [{ ...llm, LLM_BASE_URL: "localhost:11434" }, /base URL/],
  [{ ...llm, LLM_BASE_URL: "http://hidden@localhost/v1" }, /LLM_API_KEY/],
  [{ ...llm, LLM_MODEL: " " }, /LLM_MODEL is set, but blank/],
  [{ ...llm, LLM_API_KEY: "" }, /LLM_API_KEY is set, but blank/],
  [{ ...llm, LLM_API_KEY: "two hidden words" }, /API key/],
  [{ ...llm, LLM_STALL_MS: "soon" }, /LLM_STALL_MS.*soon/],
  [{ ...llm, LLM_TIME_LIMIT_MS: "0" }, /LLM_TIME_LIMIT_MS.*0/],
  [{ ...llm, LLM_STRUCTURED_OUTPUTS: "no" }, /LLM_STRUCTURED_OUTPUTS.*no/],
  [{ ...llm, LLM_ANSWERS_FOLDER: "" }, /LLM_ANSWERS_FOLDER is set, but blank/],
  [{ ...llm, LLM_ANSWERS_FOLDER: __filename }, /folder/],
] as [EngineEnvironment, RegExp][])
  test(`${JSON.stringify(env)} is refused, and no secret is repeated`, () =>
    assert.throws(
      () => engineFromEnvironment(env),
      (error: Error) =>
        error instanceof TypeError && words.test(error.message) && !/hidden/.test(error.message),
    ));
