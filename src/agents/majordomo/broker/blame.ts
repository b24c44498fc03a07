/** Whether a request is to blame for the loss of its worker. Pure. */
import type { Parting } from "../events";
import type { HeldRequest } from "./worker-registry";

/**
 * "certain": it had begun, and was the only one there, or took too long; "possible": it was sent, and nobody
 * heard whether it had begun, or another may have done it; "none": the worker left, or had been silent since before.
 */
export type Blame = "certain" | "possible" | "none";

/**
 * Says whether a request is to blame when its worker parts like this. Of several that a process held when it
 * was lost, each may have been the end of it: even an answer may not have got out any more.
 */
export function blameFor(parting: Parting, { started, isShared }: HeldRequest): Blame {
  if (parting === "disconnected" || parting === "cancelled") return "none";
  if (parting === "timed-out") return "certain";
  if (!started) return parting === "unreachable" ? "possible" : "none";
  return isShared && parting !== "misbehaved" ? "possible" : "certain";
}
