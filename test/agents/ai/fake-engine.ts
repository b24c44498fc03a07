/** An engine that knows what it will say, and remembers what it was told. */
import { setTimeout as delay } from "node:timers/promises";
import type {
  AIEngine,
  CompleteOptions,
  EngineAnswer,
  EngineRequest,
  Skill,
} from "../../../src/engines/engine";

export const usage = { unit: "words", input: 3, output: 2, durationMs: 1 } as const;

/** Answers a summary word by word; any other request never, until it is aborted. */
export class FakeEngine implements AIEngine {
  readonly name = "fake";
  readonly skills: Skill[] = ["summary", "entities"];
  readonly asked: { request: EngineRequest; options: CompleteOptions }[] = [];

  async complete<S extends Skill>(
    request: EngineRequest<S>,
    options: CompleteOptions = {},
  ): Promise<EngineAnswer<S>> {
    this.asked.push({ request, options });
    if (request.skill !== "summary") await delay(2 ** 31 - 1, undefined, options);
    for (const word of request.text.split(/(?= )/)) options.onPart?.(word);
    return { output: request.text, usage } as EngineAnswer<S>;
  }

  async close(): Promise<void> {}
}
