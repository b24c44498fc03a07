/**
 * What the task generator sends to the task processors: tasks, then one END a worker.
 *
 * The fields are snake_case because they are the wire's, not ours: a Python agent reads the same
 * names. Everything that stays inside TypeScript is camelCase.
 */
import { v4 as uuid } from "uuid";
import type { Payload } from "./payload";

/** One piece of work. */
export interface TaskMessage {
  /** A UUID v4, unless the sender chose its own; never empty. */
  task_id: string;
  data: Payload;
  /** When the task was made, in seconds since 1970. */
  timestamp: number;
}

/** The task_id that says: no more tasks, stop. */
export const END_OF_TASKS = "END_OF_TASKS";

/** The last message a worker takes. */
export interface EndMessage {
  task_id: typeof END_OF_TASKS;
  data: null;
}

/** Makes a task; `now` is in milliseconds since 1970. */
export function createTaskMessage(data: Payload, now: number = Date.now()): TaskMessage {
  return { task_id: uuid(), data, timestamp: now / 1000 };
}

/** Makes the message that ends one worker. */
export function createEndMessage(): EndMessage {
  return { task_id: END_OF_TASKS, data: null };
}

/** Tells the END from a task. */
export function isEndMessage(message: TaskMessage | EndMessage): message is EndMessage {
  return message.task_id === END_OF_TASKS;
}
