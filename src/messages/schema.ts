/** What a message must look like, whichever format it came in. */
import { z } from "zod";
import { refuse, type Parsed } from "./codec";
import type { Payload } from "./payload";
import { WORKER_DONE, type ResultMessage, type WorkerDoneMessage } from "./result-message";
import { END_OF_TASKS, type EndMessage, type TaskMessage } from "./task-message";

/** The longest task_id or worker_id, in characters. */
export const MAX_NAME_LENGTH = 200;

const payload = z.custom<Payload>((value) => value !== undefined, "is missing");
const name = z.string().min(1).max(MAX_NAME_LENGTH);
const taskId = name.refine((id) => id !== END_OF_TASKS && id !== WORKER_DONE, "is a reserved word");

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
const workerDone: z.ZodType<WorkerDoneMessage> = z.object({
  task_id: z.literal(WORKER_DONE),
  worker_id: name,
});

/** Checks what a task processor receives. Fields that nobody knows are left out. */
export function checkTask(value: unknown): Parsed<TaskMessage | EndMessage> {
  return check<TaskMessage | EndMessage>(taskIdOf(value) === END_OF_TASKS ? end : task, value);
}

/** Checks what a result collector receives. Fields that nobody knows are left out. */
export function checkResult(value: unknown): Parsed<ResultMessage | WorkerDoneMessage> {
  const schema = taskIdOf(value) === WORKER_DONE ? workerDone : result;
  return check<ResultMessage | WorkerDoneMessage>(schema, value);
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
