/** What a broker's message is to a client. Pure. */
import type { FrameProblem } from "../../../messages/codec";
import { parseResult, type Wire } from "../../../messages/frame";
import { isManagement, parseMajordomo } from "../../../messages/majordomo";
import { isWorkerDoneMessage, type ResultMessage } from "../../../messages/result-message";

/** An answer to a request: a part of it, or all that is to come; or the broker's own, about a service or a task. */
export type Answer =
  { ok: true; type: "partial" | "final"; result: ResultMessage } | { ok: true; type: "mmi" };

/** What cannot be used. */
export interface Unusable extends FrameProblem {
  /** Whether it was the last word about some request. */
  isFinal: boolean;
  /** Which request it was, where so much could be read. */
  taskId?: string;
}

/** Reads the frames of a message from the broker. */
export function readAnswer(frames: Buffer[], wire: Wire): Answer | Unusable {
  const message = parseMajordomo(frames);
  if (!message.ok) return refuse(message.reason);
  if (message.peer === "worker") return refuse("a command for workers");
  const { type, service, body } = message.command;
  // In MDP 0.1 requests and replies look the same.
  if (type === "request" && message.dialect !== "0.1") return refuse("a request, to a client");
  if (isManagement(service)) return { ok: true, type: "mmi" };
  const isFinal = type !== "partial";
  const parsed = parseResult(body, wire);
  if (!parsed.ok) return { ...parsed, isFinal, taskId: taskIdOf(body, wire) };
  if (isWorkerDoneMessage(parsed.message))
    return refuse("WORKER_DONE is no answer to a request", isFinal);
  return { ok: true, type: isFinal ? "final" : "partial", result: parsed.message };
}

/** What is too large, or lacks a field, may still say whose answer it is. */
function taskIdOf(body: readonly Buffer[], { codec }: Wire): string | undefined {
  const decoded = codec.decode(body);
  const taskId = decoded.ok && (decoded.message as { task_id?: unknown } | null)?.task_id;
  return typeof taskId === "string" ? taskId : undefined;
}

function refuse(reason: string, isFinal = false): Unusable {
  return { ok: false, code: "wrong-shape", reason, isFinal };
}
