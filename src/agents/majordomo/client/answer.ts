/** What a broker's message is to a client. Pure. */
import type { FrameProblem } from "../../../messages/codec";
import { parseResult, type Wire } from "../../../messages/frame";
import { MMI_SERVICE, parseMajordomo } from "../../../messages/majordomo";
import { isWorkerDoneMessage, type ResultMessage } from "../../../messages/result-message";

/** An answer to a request: a part of it, or all that is to come; or the broker's own answer about a service. */
export type Answer =
  { ok: true; type: "partial" | "final"; result: ResultMessage } | { ok: true; type: "mmi" };

/** What cannot be used. */
export interface Unusable extends FrameProblem {
  /** Whether it was the last word about some request: which one, it does not say. */
  isFinal: boolean;
}

/** Reads the frames of a message from the broker. */
export function readAnswer(frames: Buffer[], wire: Wire): Answer | Unusable {
  const message = parseMajordomo(frames);
  if (!message.ok) return refuse(message.reason);
  if (message.peer === "worker") return refuse("a command for workers");
  const { type, service, body } = message.command;
  // In MDP 0.1 requests and replies look the same.
  if (type === "request" && message.dialect !== "0.1") return refuse("a request, to a client");
  if (service === MMI_SERVICE) return { ok: true, type: "mmi" };
  const isFinal = type !== "partial";
  const parsed = parseResult(body, wire);
  if (!parsed.ok) return { ...parsed, isFinal };
  if (isWorkerDoneMessage(parsed.message))
    return refuse("WORKER_DONE is no answer to a request", isFinal);
  return { ok: true, type: isFinal ? "final" : "partial", result: parsed.message };
}

function refuse(reason: string, isFinal = false): Unusable {
  return { ok: false, code: "wrong-shape", reason, isFinal };
}
