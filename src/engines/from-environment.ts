/** Which engine it is, the user says: in the environment, where a key is safer than among the flags. */
import path from "node:path";
import type { AIEngine } from "./engine";
import { winkInThread } from "./in-thread";
import { llmEngine } from "./llm/llm-engine";
import { payOnce } from "./paid-answers";

/** The variables that are read. OPENAI_API_KEY is not among them: nobody shall pay by surprise. */
export type EngineEnvironment = Partial<
  Record<
    /** The address of an LLM, which turns it on: "http://127.0.0.1:11434/v1". Default: wink, offline. */
    | "LLM_BASE_URL"
    /** The model, as the server calls it. An LLM needs it. */
    | "LLM_MODEL"
    /** The key. Default: none, as local servers want none. */
    | "LLM_API_KEY"
    /** Milliseconds of silence until it counts as stalled, and for a whole answer. Default: 30000 and 60000. */
    | "LLM_STALL_MS"
    | "LLM_TIME_LIMIT_MS"
    /** "false" for a server that cannot hold its model to a JSON schema. Default: "true". */
    | "LLM_STRUCTURED_OUTPUTS"
    /**
     * Where answers are kept for a day, so that a worker that is killed pays no second time. Default: nowhere,
     * because what they say may be nobody else's business. The workers of one machine share it.
     */
    | "LLM_ANSWERS_FOLDER",
    string
  >
>;

/**
 * Makes the engine that the environment asks for: an LLM when there is an LLM_BASE_URL, otherwise wink in a thread.
 * @throws TypeError naming the variable that is wrong or missing.
 */
export function engineFromEnvironment(env: EngineEnvironment = process.env): AIEngine {
  const baseURL = read(env, "LLM_BASE_URL");
  if (baseURL === undefined) return winkInThread();
  const model = read(env, "LLM_MODEL");
  if (model === undefined)
    throw new TypeError(
      'LLM_BASE_URL is set, but not LLM_MODEL: set it to a model of that server, such as "llama3.2".',
    );
  const engine = llmEngine({
    baseURL,
    model,
    apiKey: read(env, "LLM_API_KEY"),
    stallMs: readMilliseconds(env, "LLM_STALL_MS"),
    timeLimitMs: readMilliseconds(env, "LLM_TIME_LIMIT_MS"),
    structuredOutputs: readSwitch(env, "LLM_STRUCTURED_OUTPUTS"),
  });
  const folder = read(env, "LLM_ANSWERS_FOLDER");
  return folder === undefined ? engine : payOnce(engine, path.resolve(folder));
}

/** A value that is set and says nothing is a mistake, and so is silence about it. */
function read(env: EngineEnvironment, name: keyof EngineEnvironment): string | undefined {
  const value = env[name]?.trim();
  if (value === "") throw new TypeError(`${name} is set, but blank: unset it or give it a value.`);
  return value;
}

function readMilliseconds(env: EngineEnvironment, name: keyof EngineEnvironment) {
  const value = read(env, name);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new TypeError(`${name} must be whole milliseconds, 1 or more: current value is ${value}`);
}

function readSwitch(env: EngineEnvironment, name: keyof EngineEnvironment): boolean | undefined {
  const value = read(env, name);
  if (value === undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  throw new TypeError(`${name} must be true or false: current value is ${value}`);
}
