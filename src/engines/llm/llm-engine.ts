/**
 * A language model behind any address that speaks like OpenAI's: Ollama, llama.cpp, vLLM, a cloud.
 *
 *     LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2 npx ts-node src/agents/ai/ask.ts README.md
 */
import { unlessAborted } from "../../transport/patience";
import type {
  AIEngine,
  CompleteOptions,
  EngineAnswer,
  EngineRequest,
  Skill,
  Usage,
} from "../engine";
import { EngineFailure } from "../failure";
import { openModel, type Ask, type Heard, type Tokens } from "./answer-stream";
import { createComplaint, toFailure, type Complain } from "./failures";
import { answerSchemas, instructionsFor, readAnswer } from "./prompts";
import { createRedaction } from "./redaction";
import { readSettings, type LlmSettings } from "./settings";

export type { LlmSettings } from "./settings";

/**
 * Makes an engine of a model on a server. It never tries again by itself, sends each request once, and closes
 * the connection of one that is given up. The key stays in here: no error, no event, no `inspect` has it.
 * @throws TypeError or RangeError when a setting is wrong.
 */
export function llmEngine(settings: LlmSettings): AIEngine {
  const checked = readSettings(settings);
  const { model, baseURL, stallMs, timeLimitMs } = checked;
  const complain = createComplaint(`${model} at ${baseURL}`, createRedaction(checked.apiKey));
  const closing = new AbortController();
  let opened: Promise<Ask> | undefined;

  return {
    name: model,
    skills: Object.keys(answerSchemas) as Skill[],
    async complete<S extends Skill>(request: EngineRequest<S>, options: CompleteOptions = {}) {
      options.signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      checkRequest(request, complain);
      const ask = await (opened ??= openModel(checked, complain));
      const limits = { stallMs, timeLimitMs: options.timeLimitMs ?? timeLimitMs };
      const deadline = startDeadline(limits, complain);
      const reasons = [options.signal, closing.signal, deadline.signal];
      const signal = AbortSignal.any(reasons.filter((reason) => reason !== undefined));
      const onPart = request.skill === "summary" ? options.onPart : undefined;
      const startedAt = performance.now();
      const answer: Answer = { text: "", isWhole: false };
      try {
        const heard = listen(ask(request, signal), complain);
        await unlessAborted(hear(heard, answer, { signal, deadline, onPart }), signal);
        if (!answer.isWhole) throw complain("StreamCut", "ended in the middle of its answer");
      } catch (error) {
        const isGivenUp = options.signal?.aborted || closing.signal.aborted;
        if (!answer.isWhole || isGivenUp) throw error; // else it is paid for and all there: no error costs more
      } finally {
        deadline.end();
      }
      return toAnswer(request, answer, performance.now() - startedAt, complain);
    },
    close() {
      closing.abort(complain("RequestRejected", "is closed and cannot be asked any more"));
      return Promise.resolve();
    },
  };
}

function checkRequest({ skill, text, most = 1 }: EngineRequest, complain: Complain): void {
  if (!(skill in answerSchemas)) throw complain("RequestRejected", `has no skill "${skill}"`);
  if (text.trim() === "") throw complain("RequestRejected", "is given an empty text");
  if (!Number.isInteger(most) || most < 1)
    throw complain(
      "RequestRejected",
      `is given a most of ${most}: it must be a whole number from 1`,
    );
}

/** One signal for all that ends a request before its answer: its reason is what `complete` rejects with. */
function startDeadline(limits: { stallMs: number; timeLimitMs: number }, complain: Complain) {
  const over = new AbortController();
  const { stallMs, timeLimitMs } = limits;
  const end = (failure: EngineFailure) => over.abort(failure);
  let silentHalves = 0;
  // In two halves: after a while in which this process itself got no time, timers come first and news second.
  const stall = setInterval(() => {
    if (++silentHalves === 2) end(complain("EngineStalled", `has said nothing for ${stallMs} ms`));
  }, stallMs / 2);
  const limit = setTimeout(
    () => end(complain("TimeLimit", `has not come to the end of its answer in ${timeLimitMs} ms`)),
    timeLimitMs,
  );
  return {
    signal: over.signal,
    signOfLife: () => {
      silentHalves = 0;
      stall.refresh();
    },
    /** Closes the connection of a request that has failed by itself as well. */
    end: () => {
      clearInterval(stall);
      clearTimeout(limit);
      over.abort();
    },
  };
}

/** What goes wrong on the way is named here, apart from what the caller's `onPart` throws. */
async function* listen(answer: AsyncGenerator<Heard>, complain: Complain): AsyncGenerator<Heard> {
  try {
    yield* answer;
  } catch (error) {
    throw toFailure(error, complain, Date.now());
  }
}

/** As far as it has come. */
interface Answer {
  text: string;
  isWhole: boolean;
  tokens?: Tokens;
}

interface Hearing {
  signal: AbortSignal;
  deadline: { signOfLife: () => void };
  onPart?: (text: string) => void;
}

async function hear(
  stream: AsyncGenerator<Heard>,
  answer: Answer,
  { signal, deadline, onPart }: Hearing,
): Promise<void> {
  for await (const heard of stream) {
    signal.throwIfAborted();
    deadline.signOfLife();
    if (heard.type === "whole") answer.isWhole = true;
    if (heard.type === "tokens") answer.tokens = heard.tokens;
    if (heard.type !== "text") continue;
    answer.text += heard.text;
    onPart?.(heard.text);
  }
}

function toAnswer<S extends Skill>(
  request: EngineRequest<S>,
  { text, tokens }: Answer,
  durationMs: number,
  complain: Complain,
): EngineAnswer<S> {
  try {
    const output = readAnswer(request, text) as EngineAnswer<S>["output"];
    return { output, usage: { ...count(request, text, tokens), durationMs } };
  } catch (error) {
    throw complain("InvalidAnswer", `gave an answer of no use: ${(error as Error).message}`);
  }
}

/** A server that counts no tokens is no server that is free: then words are counted. */
function count(
  request: EngineRequest,
  text: string,
  tokens: Tokens | undefined,
): Omit<Usage, "durationMs"> {
  if (tokens) return { unit: "tokens", ...tokens };
  const input = countWords(`${instructionsFor(request)} ${request.text}`);
  return { unit: "words", input, output: countWords(text) };
}

const countWords = (text: string) => text.match(/\S+/g)?.length ?? 0;
