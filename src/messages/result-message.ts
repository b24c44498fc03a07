/** What the task processors send to the result collector: results, then one WORKER_DONE each. */
import { inspect } from "node:util";
import { isUint8Array } from "node:util/types";
import type { Payload } from "./payload";

/** The answer to one task. */
export interface ResultMessage {
  /** The id of the task that this answers. */
  task_id: string;
  result_data: Payload;
  worker_id: string;
  /** When the work was finished, in seconds since 1970. */
  timestamp: number;
}

/** The task_id that says: this worker will send no more. */
export const WORKER_DONE = "WORKER_DONE";

/** The last message of a worker. */
export interface WorkerDoneMessage {
  task_id: typeof WORKER_DONE;
  worker_id: string;
}

/** The result_data of a task whose work threw: a failure is data, and travels like any result. */
export interface FailedResult {
  error: { name: string; message: string } & RetryHints;
}

/** What an error may say about another try of the same task. */
export interface RetryHints {
  /** Whether it may help. */
  retryable?: boolean;
  /** How long to wait before, in milliseconds. */
  retryAfterMs?: number;
}

/** Makes a result; `now` is in milliseconds since 1970. */
export function createResultMessage(
  taskId: string,
  resultData: Payload,
  workerId: string,
  now: number = Date.now(),
): ResultMessage {
  return { task_id: taskId, result_data: resultData, worker_id: workerId, timestamp: now / 1000 };
}

/** Makes the message with which a worker takes its leave. */
export function createWorkerDoneMessage(workerId: string): WorkerDoneMessage {
  return { task_id: WORKER_DONE, worker_id: workerId };
}

/** Tells a worker's leave from a result. */
export function isWorkerDoneMessage(
  message: ResultMessage | WorkerDoneMessage,
): message is WorkerDoneMessage {
  return message.task_id === WORKER_DONE;
}

/** An error's name and text are for a person to read; this many characters of each travel. */
const MAX_ERROR_CHARACTERS = 1000;

/** Turns whatever a work function threw into result_data, with its hints about another try. */
export function createFailedResult(thrown: unknown): FailedResult & { [key: string]: Payload } {
  const error = thrown instanceof Error ? thrown : new Error(inspectText(thrown));
  const { name, message } = error;
  const texts = { name: errorText(name), message: errorText(message) };
  return { error: { ...texts, ...readRetryHints(error) } };
}

/** Reads the hints of an error, whoever made it; what is no boolean, or no time, is no hint. */
export function readRetryHints(error: object): RetryHints & { [key: string]: Payload } {
  const { retryable, retryAfterMs } = error as Record<keyof RetryHints, unknown>;
  return {
    ...(typeof retryable === "boolean" && { retryable }),
    ...(isTime(retryAfterMs) && { retryAfterMs }),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/**
 * A name or message may be anything: nothing stops a program from assigning an object to it. The cut may leave half
 * a surrogate pair, which not every codec carries.
 */
function errorText(text: unknown): string {
  return inspectText(text).slice(0, MAX_ERROR_CHARACTERS).toWellFormed();
}

function inspectText(value: unknown): string {
  return typeof value === "string" ? value : inspect(value);
}

/** Tells whether a result reports a failure. */
export function isFailedResult(resultData: Payload): resultData is Payload & FailedResult {
  const { error } = fieldsOf(resultData);
  return error !== undefined && typeof fieldsOf(error).message === "string";
}

/** The fields of an object; none of anything else. */
function fieldsOf(value: Payload): { [key: string]: Payload } {
  const isObject = value !== null && typeof value === "object" && !isUint8Array(value);
  return isObject && !Array.isArray(value) ? value : {};
}
