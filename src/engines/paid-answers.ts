/**
 * An engine that is paid once for an answer: what has arrived is on disk before anybody is told of it, so that a
 * worker that is killed between the answer and its result costs nothing the second time.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { AIEngine, CompleteOptions, EngineAnswer, EngineRequest, Skill } from "./engine";
import { outputSchemas } from "./output-schemas";

/** Options of {@link payOnce}. */
export interface PayOnceOptions {
  /** How long an answer is kept, in milliseconds; older ones are removed at the start. Default: 24 hours. */
  keepMs?: number;
}

/**
 * Puts a folder in front of an engine. The same task with the same request to an engine of the same name gets the
 * answer that is there, from any process that uses the folder, and with the usage that it once had: whoever adds up
 * the results counts each answer that was paid for once. Requests without a `taskId` are not remembered, nor are
 * failures. What happens at the same time in two processes is not seen: both pay.
 * @throws TypeError when the folder cannot be used.
 */
export function payOnce(
  engine: AIEngine,
  folder: string,
  { keepMs = 24 * 3_600_000 }: PayOnceOptions = {},
): AIEngine {
  prepare(folder, keepMs);
  return {
    name: engine.name,
    skills: engine.skills,
    async complete<S extends Skill>(request: EngineRequest<S>, options: CompleteOptions = {}) {
      const { taskId, signal, onPart } = options;
      signal?.throwIfAborted();
      if (taskId === undefined) return engine.complete(request, options);
      const file = path.join(folder, fileName(engine.name, taskId, request));
      const paid = await readAnswer(file, request.skill);
      signal?.throwIfAborted();
      if (!paid) return remember(file, await engine.complete(request, options));
      if (typeof paid.output === "string") onPart?.(paid.output);
      return paid as EngineAnswer<S>;
    },
    close: () => engine.close(),
  };
}

/** What the answer is to. The text is not readable from it. */
function fileName(engine: string, taskId: string, request: EngineRequest): string {
  const { skill, text, question = null, most = null } = request;
  const key = JSON.stringify([engine, taskId, skill, text, question, most]);
  return `${createHash("sha256").update(key).digest("hex")}.json`;
}

/** A file is there as a whole or not at all: it gets its name when it is written. */
async function remember<S extends Skill>(
  file: string,
  answer: EngineAnswer<S>,
): Promise<EngineAnswer<S>> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify(answer), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => {}); // a full disk must not take away what is paid for
  }
  return answer;
}

const usageSchema = z.object({
  unit: z.enum(["words", "tokens"]),
  input: z.number(),
  output: z.number(),
  durationMs: z.number(),
});

/** Gives undefined when there is none, or none that can be read. */
async function readAnswer(file: string, skill: Skill): Promise<EngineAnswer | undefined> {
  try {
    const answer: unknown = JSON.parse(await readFile(file, "utf8"));
    return z.object({ output: outputSchemas[skill], usage: usageSchema }).parse(answer);
  } catch {
    return undefined;
  }
}

/** Makes the folder, and removes from it what is old and ours. */
function prepare(folder: string, keepMs: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (!/^[0-9a-f]{64}\.json(\.|$)/.test(name)) continue;
      const file = path.join(folder, name);
      const { mtimeMs = Infinity } = statSync(file, { throwIfNoEntry: false }) ?? {};
      if (mtimeMs < Date.now() - keepMs) rmSync(file, { force: true });
    }
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`Cannot keep answers in ${folder} as it must be a folder: ${message}`, {
      cause: error,
    });
  }
}
