/** The exercise of chapter 4: a work function that counts words, and fails where there are none to count. */
import { isDeepStrictEqual } from "node:util";
import { taskProcessorAgent } from "../../agents/task-processor";
import type { Work } from "../../agents/work";
import type { Payload } from "../../messages/payload";
import { isFailedResult } from "../../messages/result-message";
import { surroundByHand } from "../lab/by-hand";
import { lab } from "../lab/lab";
import { showVerdict, type Verdict } from "./verdict";

/** What the reader writes: `{ words, longest }` for a text; it throws for anything else. */
export type CountWords = (data: Payload) => Payload | Promise<Payload>;

/** Lets a real task processor work with the reader's function, and shows how it went. */
export async function checkCountWords(countWords: CountWords): Promise<void> {
  showVerdict(await tryCountWords(countWords));
}

/** A work function that does it all. */
export function solveCountWords(data: Payload): Payload {
  if (typeof data !== "string") throw new TypeError(`Cannot count words in ${typeof data}`);
  const words = data.match(/\S+/g) ?? [];
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), "");
  return { words: words.length, longest };
}

/** Texts and their answers; undefined where the function must throw. */
const CASES: [data: Payload, answer: Payload | undefined][] = [
  ["a slow joiner", { words: 3, longest: "joiner" }],
  ["  two\n\tlines  ", { words: 2, longest: "lines" }],
  ["", { words: 0, longest: "" }],
  [42, undefined],
  [null, undefined],
  [["not", "a", "text"], undefined],
  ["still alive", { words: 2, longest: "still" }],
];

/** Tells what checkCountWords shows. */
export async function tryCountWords(countWords: CountWords): Promise<Verdict> {
  return lab("exercise of chapter 4", async ({ signal, use }) => {
    const anyPort = "tcp://127.0.0.1:*";
    const { begin, ask, ...addresses } = await surroundByHand(use, {
      taskVentilatorAddr: anyPort,
      resultCollectorAddr: anyPort,
      controlSyncAddr: anyPort,
    });
    const calls: Call[] = [];
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = addresses;
    void use(
      taskProcessorAgent({
        work: observe(countWords, calls),
        taskVentilatorAddr,
        resultCollectorAddr,
        controlSyncAddr,
        signal,
      }),
    );
    await begin(1);
    for (const [data, answer] of CASES) {
      const result = await ask(data).catch(() => undefined);
      const problem = problemOf(answer, calls.at(-1), result?.result_data);
      if (problem) return { passed: false, explanation: `For \`${write(data)}\` ${problem}` };
    }
    return {
      passed: true,
      explanation:
        "Texts are counted, and what is no text fails: the collector received those failures as data, and the worker worked on.",
    };
  });
}

/** What the reader's function did with a task. */
interface Call {
  returned?: unknown;
  thrown?: unknown;
  isOver: boolean;
}

function observe(countWords: CountWords, calls: Call[]): Work {
  return async (data) => {
    const call: Call = { isOver: false };
    calls.push(call);
    try {
      const returned = await countWords(data);
      call.returned = returned;
      return returned;
    } catch (error) {
      call.thrown = error;
      throw error;
    } finally {
      call.isOver = true;
    }
  };
}

/** The first thing that went wrong, to follow "For 42 …"; undefined when nothing did. */
function problemOf(
  answer: Payload | undefined,
  call: Call | undefined,
  arrived: Payload | undefined,
): string | undefined {
  if (!call?.isOver) return "no result came within 3 s: your function has not answered yet.";
  const returned = write(call.returned);
  if (answer === undefined) {
    if ("thrown" in call) return undefined;
    return call.returned === undefined
      ? "your function returned nothing. Undefined is not JSON: the collector received a failure, but one that does not say what is wrong with the data. Throw an error that does."
      : `your function returned \`${returned}\`: the collector takes that for a success. Throw an error, and a failure travels.`;
  }
  if ("thrown" in call)
    return `your function threw \`${String(call.thrown)}\`. That is a text, so it has an answer: \`${write(answer)}\`.`;
  if (isDeepStrictEqual(arrived, answer)) return undefined;
  const sent = isFailedResult(arrived ?? null) ? ", which is not JSON" : "";
  return `your function returned \`${returned}\`${sent}; the answer is \`${write(answer)}\`.`;
}

function write(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
