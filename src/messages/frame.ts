/**
 * Between frames (bytes) and messages (objects). Whoever knows the port can connect to it, so what
 * arrives is never trusted: a frame becomes a typed message, or a typed reason why not.
 */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { nestingDepth, toJson, type JsonValue } from "./json-value";
import { END_OF_TASKS, type EndMessage, type TaskMessage } from "./task-message";
import { WORKER_DONE, type ResultMessage, type WorkerDoneMessage } from "./result-message";

/** The largest frame an agent accepts unless told otherwise, in bytes: 1 MiB. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** How deep arrays and objects may be nested: far less than what overflows the stack of whoever walks through them. */
export const MAX_DEPTH = 100;

/** The longest task_id or worker_id, in characters. */
export const MAX_NAME_LENGTH = 200;

/** Why a frame was refused. */
export interface FrameProblem {
  ok: false;
  code: "too-large" | "not-utf8" | "too-deep" | "not-json" | "wrong-shape";
  /** A sentence for a person. */
  reason: string;
}

/** What became of a frame. */
export type Parsed<Message> = { ok: true; message: Message } | FrameProblem;

const json = z.custom<JsonValue>((value) => value !== undefined, "is missing");
const name = z.string().min(1).max(MAX_NAME_LENGTH);
const taskId = name.refine((id) => id !== END_OF_TASKS && id !== WORKER_DONE, "is a reserved word");

const task: z.ZodType<TaskMessage> = z.object({
  task_id: taskId,
  data: json,
  timestamp: z.number(),
});
const end: z.ZodType<EndMessage> = z.object({ task_id: z.literal(END_OF_TASKS), data: z.null() });
const result: z.ZodType<ResultMessage> = z.object({
  task_id: taskId,
  result_data: json,
  worker_id: name,
  timestamp: z.number(),
});
const workerDone: z.ZodType<WorkerDoneMessage> = z.object({
  task_id: z.literal(WORKER_DONE),
  worker_id: name,
});

/**
 * Writes a message as one frame of UTF-8.
 * @throws TypeError when the message holds a value that JSON cannot carry.
 * @throws RangeError when it is larger, or nested deeper, than its receiver will accept.
 */
export function encodeFrame(
  message: TaskMessage | EndMessage | ResultMessage | WorkerDoneMessage,
  maxBytes = MAX_FRAME_BYTES,
): Buffer {
  const json = toJson(message);
  const frame = Buffer.from(json);
  const problem = tooLarge(frame, maxBytes) ?? tooDeep(json);
  if (problem) throw new RangeError(`Cannot send ${message.task_id}: ${problem.reason}`);
  return frame;
}

/** Reads what a task processor receives. */
export function parseTaskFrame(
  frame: Uint8Array,
  maxBytes = MAX_FRAME_BYTES,
): Parsed<TaskMessage | EndMessage> {
  return parse<TaskMessage | EndMessage>(frame, maxBytes, (id) =>
    id === END_OF_TASKS ? end : task,
  );
}

/** Reads what a result collector receives. */
export function parseResultFrame(
  frame: Uint8Array,
  maxBytes = MAX_FRAME_BYTES,
): Parsed<ResultMessage | WorkerDoneMessage> {
  return parse<ResultMessage | WorkerDoneMessage>(frame, maxBytes, (id) =>
    id === WORKER_DONE ? workerDone : result,
  );
}

function parse<Message>(
  frame: Uint8Array,
  maxBytes: number,
  schemaFor: (taskId: unknown) => z.ZodType<Message>,
): Parsed<Message> {
  const oversize = tooLarge(frame, maxBytes);
  if (oversize) return oversize;
  if (!isUtf8(frame)) return refuse("not-utf8", "the bytes are not UTF-8 text");
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
  const overdeep = tooDeep(text);
  if (overdeep) return overdeep;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("not-json", (error as Error).message);
  }
  const parsed = schemaFor((value as { task_id?: unknown } | null)?.task_id).safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  return refuse("wrong-shape", problems.join("; "));
}

function tooLarge({ length }: Uint8Array, maxBytes: number): FrameProblem | undefined {
  if (length <= maxBytes) return undefined;
  return refuse("too-large", `${length} bytes, the limit is ${maxBytes}`);
}

function tooDeep(json: string): FrameProblem | undefined {
  const depth = nestingDepth(json);
  if (depth <= MAX_DEPTH) return undefined;
  return refuse("too-deep", `nested ${depth} deep, the limit is ${MAX_DEPTH}`);
}

function refuse(code: FrameProblem["code"], reason: string): FrameProblem {
  return { ok: false, code, reason };
}
