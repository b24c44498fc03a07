/** An engine for the tests of threads: the text of a request says what it shall do. */
import { existsSync } from "node:fs";
import type {
  AIEngine,
  CompleteOptions,
  EngineAnswer,
  EngineRequest,
  Skill,
} from "../../src/engines/engine";
import { EngineFailure } from "../../src/engines/failure";

/** Does what the text says: "fail", "throw", "exit", "spin" until the file named after it is there, or says the text. */
export function moodyEngine({ name = "moody" } = {}): AIEngine {
  let asked = 0;
  return {
    name,
    skills: ["summary"],
    async complete<S extends Skill>({ text }: EngineRequest<S>, options: CompleteOptions = {}) {
      const { onPart, taskId = "" } = options;
      asked++;
      const [mood, file = ""] = text.split("|");
      if (mood === "fail")
        throw new EngineFailure("RateLimited", "not so fast", { retryAfterMs: 7 });
      if (mood === "throw") throw new TypeError("a slip");
      if (mood === "exit") process.exit(3);
      while (mood === "spin" && !existsSync(file)); // as a computation does: it holds its thread
      for (const part of text.split(/(?= )/)) onPart?.(part);
      const usage = { unit: "words", input: asked, output: taskId.length, durationMs: 0 };
      return Promise.resolve({ output: text, usage } as EngineAnswer<S>);
    },
    close: () => Promise.resolve(),
  };
}
