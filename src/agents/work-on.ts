/** One task, from the message to the frame that answers it: what every kind of worker does alike. */
import { encodeFrame } from "../messages/frame";
import type { JsonValue } from "../messages/json-value";
import { createFailedResult, createResultMessage } from "../messages/result-message";
import type { TaskMessage } from "../messages/task-message";
import { unlessAborted } from "../transport/patience";
import type { Work, WorkContext } from "./work";

/** Who works. */
export interface Workbench {
  work: Work;
  workerId: string;
  maxFrameBytes: number;
  clock: () => number;
}

/** What came of a task. */
export interface Answer {
  result: JsonValue;
  failed: boolean;
  /** The result as a frame. */
  answer: Buffer;
}

/**
 * Does one task. Work that throws, or whose result cannot be sent, becomes a failed result. When
 * `signal` aborts it throws at once, whatever the work does then.
 */
export async function workOn(
  { work, workerId, maxFrameBytes, clock }: Workbench,
  task: TaskMessage,
  { signal, ...context }: Pick<WorkContext, "signal" | "sendPartial">,
): Promise<Answer> {
  const taskId = task.task_id;
  const encode = (result: JsonValue) =>
    encodeFrame(createResultMessage(taskId, result, workerId, clock()), maxFrameBytes);
  try {
    const promise = work(task.data, { taskId, workerId, signal, ...context });
    const result = await unlessAborted(promise, signal);
    return { result, failed: false, answer: encode(result) };
  } catch (error) {
    signal?.throwIfAborted();
    const result = createFailedResult(error);
    return { result, failed: true, answer: encode(result) };
  }
}
