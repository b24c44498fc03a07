/** An engine as work: a task processor or a Majordomo worker does not see that its function thinks. */
import { z } from "zod";
import type { AIEngine, EngineRequest, Outputs, Skill, Usage } from "../../engines/engine";
import { validated } from "../validated";
import type { Work } from "../work";

/** What a task for an engine must look like. */
export const engineRequestSchema: z.ZodType<EngineRequest> = z.object({
  skill: z.enum(["sentiment", "entities", "key-phrases", "summary"]),
  text: z.string(),
  question: z.string().optional(),
  most: z.int().min(1).optional(),
});

/** The result of a task that an engine did. */
export type EngineResult<S extends Skill = Skill> = {
  /** The engine's name. */
  engine: string;
  skill: S;
  output: Outputs[S];
  usage: Usage;
};

/** A piece of an answer that is still being made. Another try of the same task begins again with index 0. */
export type EnginePart = { index: number; text: string };

/**
 * Makes work of an engine: the data of a task is an EngineRequest, its result an EngineResult, and its parts,
 * where somebody takes parts, are EngineParts. Whoever stops the task stops the engine.
 */
export function engineWork(engine: AIEngine): Work {
  return validated(engineRequestSchema, async (request, { taskId, signal, sendPartial }) => {
    let index = 0;
    const onPart = sendPartial && ((text: string) => sendPartial({ index: index++, text }));
    const { output, usage } = await engine.complete(request, { taskId, signal, onPart });
    const { skill } = request;
    return { engine: engine.name, skill, output, usage } satisfies EngineResult;
  });
}
