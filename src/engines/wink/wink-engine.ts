/**
 * A small model of English inside this process: offline, no key, the same answer every time. It tags words and
 * scores feelings by itself (wink-nlp); phrases and summaries are well-known algorithms over what it has tagged.
 */
import { setImmediate } from "node:timers/promises";
import { TIME_LIMIT_MS } from "../engine";
import type { AIEngine, CompleteOptions, EngineAnswer } from "../engine";
import type { EngineRequest, Outputs, Skill } from "../engine";
import { EngineFailure } from "../failure";
import { findEntities } from "./entities";
import { findKeyPhrases } from "./key-phrases";
import { loadReader, type Sentence } from "./reader";
import { feel } from "./sentiment";
import { summarise } from "./summary";

/** The model's name. */
export const WINK_MODEL = "wink-eng-lite-web-model";

/** How long a text may be, in characters: it takes the model some seconds for each million. */
export const MAX_TEXT_LENGTH = 5_000_000;

/** What comes of a text, and the words of it in pieces. */
type Thought<S extends Skill> = { output: Outputs[S]; pieces: string[] };

/** How each skill gets there from the sentences of the text and, where there is one, of the question. */
const thinking: {
  [S in Skill]: (text: Sentence[], most?: number, question?: Sentence[]) => Thought<S>;
} = {
  sentiment(text) {
    const output = feel(text);
    return { output, pieces: [output.label] };
  },
  entities(text, most = 20) {
    const output = findEntities(text).slice(0, most);
    return { output, pieces: output.map(({ text }) => text) };
  },
  "key-phrases"(text, most = 5) {
    const output = findKeyPhrases(text).slice(0, most);
    return { output, pieces: output };
  },
  summary(text, most = 3, question) {
    const pieces = summarise(text, most, question);
    return { output: pieces.join(" "), pieces };
  },
};

/** What the model can do. */
export const WINK_SKILLS = Object.keys(thinking) as Skill[];

/**
 * Makes an engine of wink-nlp's English model. All engines of a process share the model; the first request loads
 * it. While it computes nothing else happens in its thread: signal and time limit are only looked at between two
 * steps (reading, thinking, each sentence of a summary). That is why there is winkInThread.
 */
export function winkEngine(): AIEngine {
  let closed = false;
  return {
    name: WINK_MODEL,
    skills: WINK_SKILLS,
    async complete<S extends Skill>(request: EngineRequest<S>, options: CompleteOptions = {}) {
      options.signal?.throwIfAborted();
      if (closed) throw rejected("is closed and cannot be asked any more");
      checkRequest(request);
      return answer(request, options);
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

async function answer<S extends Skill>(
  { skill, text, question = "", most }: EngineRequest<S>,
  options: CompleteOptions,
): Promise<EngineAnswer<S>> {
  const startedAt = performance.now();
  const read = await loadReader();
  const step = createSteps(startedAt, options);
  const sentences = await step(() => read(text));
  const { output, pieces } = await step(() => thinking[skill](sentences, most, read(question)));
  if (skill === "summary")
    for (const [index, piece] of pieces.entries())
      await step(() => options.onPart?.(index === 0 ? piece : ` ${piece}`));
  const input = countWords(text) + countWords(question);
  const durationMs = performance.now() - startedAt;
  return {
    output,
    usage: { unit: "words", input, output: countWords(pieces.join(" ")), durationMs },
  };
}

/** Takes one step, and then lets the event loop turn: only then can a signal abort. */
function createSteps(startedAt: number, { signal, timeLimitMs = TIME_LIMIT_MS }: CompleteOptions) {
  return async <T>(step: () => T): Promise<T> => {
    const result = step();
    await setImmediate();
    signal?.throwIfAborted();
    if (performance.now() - startedAt <= timeLimitMs) return result;
    throw new EngineFailure(
      "TimeLimit",
      `${WINK_MODEL} has not come to the end of its answer in ${timeLimitMs} ms`,
    );
  };
}

function checkRequest({ skill, text, most = 1 }: EngineRequest): void {
  if (!WINK_SKILLS.includes(skill)) throw rejected(`has no skill "${skill}"`);
  if (text.trim() === "") throw rejected("is given an empty text");
  if (text.length > MAX_TEXT_LENGTH)
    throw rejected(
      `is given a text of ${text.length} characters: the limit is ${MAX_TEXT_LENGTH}, cut it`,
    );
  if (!Number.isInteger(most) || most < 1)
    throw rejected(`is given a most of ${most}: it must be a whole number from 1`);
}

const rejected = (why: string) => new EngineFailure("RequestRejected", `${WINK_MODEL} ${why}`);

const countWords = (text: string) => text.match(/\S+/g)?.length ?? 0;
