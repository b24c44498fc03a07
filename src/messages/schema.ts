/** What a message must look like, whichever format it came in. */
import { z } from "zod";
import { refuse, type Parsed } from "./codec";
import { PARTIAL_RESULT, type PartialResultMessage } from "./partial-result";
import type { Payload } from "./payload";
import { WORKER_DONE, type ResultMessage, type WorkerDoneMessage } from "./result-message";
import { END_OF_TASKS, type EndMessage, type TaskMessage } from "./task-message";

/** The longest task_id or worker_id, in characters. */
export const MAX_NAME_LENGTH = 200;

const payload = z.custom<Payload>((value) => value !== undefined, "is missing");
const name = z.string().min(1).max(MAX_NAME_LENGTH);
const reserved: string[] = [END_OF_TASKS, WORKER_DONE, PARTIAL_RESULT];
const taskId = name.refine((id) => !reserved.includes(id), "is a reserved word");

const task: z.ZodType<TaskMessage> = z.object({
  task_id: taskId,
  data: payload,
  timestamp: z.number(),
});
const end: z.ZodType<EndMessage> = z.object({ task_id: z.literal(END_OF_TASKS), data: z.null() });
const result: z.ZodType<ResultMessage> = z.object({
  task_id: taskId,
  result_data: payload,
  worker_id: name,
  timestamp: z.number(),
});
const partialResult: z.ZodType<PartialResultMessage> = z.object({
  task_id: z.literal(PARTIAL_RESULT),
  result_data: z.object({ task_id: taskId, part: z.int().min(0), data: payload }),
  worker_id: name,
  timestamp: z.number(),
});
const workerDone: z.ZodType<WorkerDoneMessage> = z.object({
  task_id: z.literal(WORKER_DONE),
  worker_id: name,
});

/** Checks what a task processor receives. Fields that nobody knows are left out. */
export function checkTask(value: unknown): Parsed<TaskMessage | EndMessage> {
  return check<TaskMessage | EndMessage>(taskIdOf(value) === END_OF_TASKS ? end : task, value);
}

/** Checks what a result collector receives: a result may be part of one. Fields that nobody knows are left out. */
export function checkResult(value: unknown): Parsed<ResultMessage | WorkerDoneMessage> {
  const taskId = taskIdOf(value);
  if (taskId === WORKER_DONE) return check(workerDone, value);
  return check<ResultMessage>(taskId === PARTIAL_RESULT ? partialResult : result, value);
}

function taskIdOf(value: unknown): unknown {
  return (value as { task_id?: unknown } | null | undefined)?.task_id;
}

function check<Message>(schema: z.ZodType<Message>, value: unknown): Parsed<Message> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  return refuse("wrong-shape", problems.join("; "));
}
