import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings, type LlmSettings } from "../../../src/engines/llm/settings";

const good: LlmSettings = { baseURL: "http://127.0.0.1:11434/v1", model: "llama3.2" };

test("what is not said has a default", () => {
  const { stallMs, timeLimitMs, structuredOutputs } = readSettings(good);
  assert.deepEqual([stallMs, timeLimitMs, structuredOutputs], [30_000, 60_000, true]);
});

for (const [wrong, words] of [
  [{ baseURL: "" }, /base URL.*""/],
  [{ baseURL: undefined }, /base URL.*undefined/],
  [{ baseURL: "127.0.0.1:11434/v1" }, /does not begin with http/],
  [{ baseURL: "ftp://127.0.0.1/v1" }, /begins with ftp:\/\//],
  [{ baseURL: "http://hidden@example.org/v1" }, /user or a key/],
  [{ baseURL: "http://user:hidden@example.org/v1" }, /user or a key/],
  [{ baseURL: "http://user:hidden@[/v1" }, /must look like/],
  [{ baseURL: "hidden" }, /does not begin with http/],
  [{ baseURL: "http://example.org/v1?api_key=hidden" }, /with a \?/],
  [{ baseURL: "http://example.org/v1#hidden" }, /a #/],
  [{ model: " " }, /without a model/],
  [{ model: undefined }, /without a model/],
  [{ apiKey: "" }, /API key/],
  [{ apiKey: "hidden\n" }, /API key/],
  [{ apiKey: "hidden key" }, /API key/],
  [{ apiKey: "hidden–key" }, /API key/],
  [{ stallMs: 0 }, /stallMs.*0/],
  [{ timeLimitMs: NaN }, /timeLimitMs.*NaN/],
  [{ timeLimitMs: 2 ** 31 }, /timeLimitMs.*2147483648/],
] as [Partial<LlmSettings>, RegExp][])
  test(`${JSON.stringify(wrong)} is refused, and no secret is repeated`, () =>
    assert.throws(
      () => readSettings({ ...good, ...wrong }),
      (error: Error) => words.test(error.message) && !error.stack!.includes("hidden"),
    ));
