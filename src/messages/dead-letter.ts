/**
 * How a task ends that has no result: with a history that says why. A Majordomo broker that gives a
 * request up answers it with a failed result whose worker_id is BROKER.
 */
import { z } from "zod";
import type { Payload } from "./payload";
import { createResultMessage, type FailedResult, type ResultMessage } from "./result-message";
import type { TaskMessage } from "./task-message";

/** One try at a task that came to nothing. */
export interface Attempt {
  /** When it ended, in milliseconds since 1970. */
  at: number;
  /** Whose try it was, as far as that is known. */
  worker: string;
  /** Why it came to nothing, for a person. */
  reason: string;
  /** Whether the worker had begun: who never began cannot have failed because of the task. */
  started: boolean;
}

/** A task that ended without a result. */
export interface DeadLetter {
  task: TaskMessage;
  /** Why nobody tries again. */
  error: FailedResult["error"];
  /** In order of time. */
  attempts: Attempt[];
}

/** The worker_id of an answer that no worker gave. */
export const BROKER = "broker";

const refusalNames = ["DeadLetter", "ServiceUnavailable", "Overloaded", "TooLarge"] as const;

/**
 * Why a broker gives a request up: too many workers were lost over it; no worker of its service came;
 * too many requests were unanswered already; it is larger than the broker accepts.
 */
export type RefusalName = (typeof refusalNames)[number];

/** What a broker says of a request that it gives up. */
export interface Refusal {
  name: RefusalName;
  message: string;
  attempts: Attempt[];
}

/** Makes the answer to a request that is given up; `now` is in milliseconds since 1970. */
export function createRefusal(taskId: string, refusal: Refusal, now: number): ResultMessage {
  const { name, message, attempts } = refusal;
  const data: Payload = {
    error: { name, message },
    attempts: attempts.map((attempt) => ({ ...attempt })),
  };
  return createResultMessage(taskId, data, BROKER, now);
}

const refusalData = z.object({
  error: z.object({
    name: z.enum(refusalNames),
    message: z.string(),
  }),
  attempts: z.array(
    z.object({ at: z.number(), worker: z.string(), reason: z.string(), started: z.boolean() }),
  ),
});

/** Reads a broker's refusal; undefined for any other result. */
export function readRefusal(result: ResultMessage): Refusal | undefined {
  if (result.worker_id !== BROKER) return undefined;
  const { success, data } = refusalData.safeParse(result.result_data);
  return success ? { ...data.error, attempts: data.attempts } : undefined;
}
