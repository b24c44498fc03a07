/** What an LLM engine needs to know, and the checks of it: none of their errors repeats a key. */
import { LONGEST_MS } from "../../transport/patience";
import { TIME_LIMIT_MS } from "../engine";

/** Options of `llmEngine`. */
export interface LlmSettings {
  /** The address up to and without "/chat/completions": "http://127.0.0.1:11434/v1" for Ollama. */
  baseURL: string;
  /** The model, as the server calls it: "llama3.2". */
  model: string;
  /** The key, where the server wants one. It is sent to the server and shown to nobody. */
  apiKey?: string;
  /** How long the server may say nothing before it counts as stalled, in milliseconds. Default: 30 000. */
  stallMs?: number;
  /** How long an answer may take unless a request says otherwise, in milliseconds. Default: 60 000. */
  timeLimitMs?: number;
  /**
   * Whether the server can hold its model to a JSON schema, as OpenAI, Ollama, llama.cpp and vLLM can; else
   * it is only told to write JSON. Default: true.
   */
  structuredOutputs?: boolean;
}

/** Fills in the defaults. @throws TypeError or RangeError naming the setting that is wrong. */
export function readSettings({
  baseURL,
  model,
  apiKey,
  stallMs = 30_000,
  timeLimitMs = TIME_LIMIT_MS,
  structuredOutputs = true,
}: LlmSettings) {
  checkBaseURL(baseURL);
  if (typeof model !== "string" || model.trim() === "")
    throw new TypeError(`Cannot use an LLM without a model: its name is ${JSON.stringify(model)}.`);
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey))
    throw new TypeError(
      "Cannot use the API key: it is empty, or holds spaces, line ends or other characters that no header carries. (It is not shown here.)",
    );
  for (const [name, value] of Object.entries({ stallMs, timeLimitMs }))
    if (!Number.isInteger(value) || value < 1 || value > LONGEST_MS)
      throw new RangeError(
        `Cannot use ${name} as it must be a whole number of milliseconds from 1 to ${LONGEST_MS}: current value is ${value}`,
      );
  return { baseURL, model, apiKey, stallMs, timeLimitMs, structuredOutputs };
}

/** An address with a secret in it would be in every error text, so it is refused, and not repeated. */
function checkBaseURL(baseURL: string): void {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (!url || !isWeb)
    throw new TypeError(
      `Cannot use the base URL of the LLM as it must look like http://127.0.0.1:11434/v1${hint(baseURL)}`,
    );
  if (url.username || url.password)
    throw new TypeError(
      "Cannot use a base URL with a user or a key before the @: give the key as apiKey, in LLM_API_KEY. (The URL is not shown here.)",
    );
  if (url.search || url.hash)
    throw new TypeError(
      "Cannot use a base URL with a ? or a #: the path of a request is put behind it, and a key belongs into apiKey, in LLM_API_KEY. (The URL is not shown here.)",
    );
}

/** Shows what is wrong where that cannot be a secret. */
function hint(baseURL: unknown): string {
  if (typeof baseURL !== "string" || baseURL === "") return `: it is ${JSON.stringify(baseURL)}`;
  const scheme = /^[a-z]+:\/\//i.exec(baseURL)?.[0];
  return scheme ? `: it begins with ${scheme}` : ": it does not begin with http:// or https://";
}
