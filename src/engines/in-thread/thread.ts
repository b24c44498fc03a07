/** The other side of engineInThread: it makes the engine and hands it one request after the other. */
import { createRequire } from "node:module";
import type { MessagePort } from "node:worker_threads";
import type { AIEngine, CompleteOptions, EngineAnswer, EngineRequest, Skill } from "../engine";
import { EngineFailure, type EngineFailureName } from "../failure";

/** A request, and which engine it is for. The same engine each time: a thread has one. */
export interface Job extends Pick<CompleteOptions, "timeLimitMs" | "taskId"> {
  module: string;
  exportName: string;
  engineOptions?: unknown;
  request: EngineRequest;
  /** Takes the pieces of the answer. */
  parts: MessagePort;
}

/** What became of it. */
export type Reply<S extends Skill> =
  | { answer: EngineAnswer<S> }
  | { failure: { name: EngineFailureName; message: string; retryAfterMs?: number } }
  /** Whatever else was thrown, as a structured clone can carry it. */
  | { thrown: unknown };

let engine: AIEngine | undefined;

/** Does one request. Whoever gives it up ends this thread, so there is no signal here. */
export async function complete({ request, parts, ...job }: Job): Promise<Reply<Skill>> {
  try {
    engine ??= makeEngine(job);
    const { timeLimitMs, taskId } = job;
    const onPart = (text: string) => parts.postMessage(text);
    return { answer: await engine.complete(request, { timeLimitMs, taskId, onPart }) };
  } catch (error) {
    if (!(error instanceof EngineFailure)) return { thrown: error };
    const { name, message, retryAfterMs } = error;
    return { failure: { name, message, retryAfterMs } };
  }
}

type MakeEngine = (engineOptions: unknown) => AIEngine;

function makeEngine({ module, exportName, engineOptions }: Omit<Job, "request" | "parts">) {
  const exported = createRequire(__filename)(module) as Record<string, MakeEngine | undefined>;
  const make = exported[exportName];
  if (typeof make === "function") return make(engineOptions);
  throw new TypeError(
    `Cannot make an engine with ${module} as it must export a function named ${exportName}: ` +
      `its ${exportName} is of type ${typeof make}`,
  );
}
