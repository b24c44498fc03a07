/** One task, from the message to the one that answers it: what every kind of worker does alike. */
import { encodeMessage, type Wire } from "../messages/frame";
import type { Payload } from "../messages/payload";
import { createFailedResult, createResultMessage } from "../messages/result-message";
import type { TaskMessage } from "../messages/task-message";
import { unlessAborted } from "../transport/patience";
import type { Work, WorkContext } from "./work";

/** Does one task. Work that throws, or whose result cannot be sent, becomes a failed result. */
export async function workOn(
  bench: Workbench,
  task: TaskMessage,
  sendPartial?: WorkContext["sendPartial"],
): Promise<Answer> {
  const { work, workerId, signal, clock } = bench;
  const taskId = task.task_id;
  const encode = (result: Payload) =>
    encodeMessage(createResultMessage(taskId, result, workerId, clock()), bench);
  try {
    const context = { taskId, workerId, signal, sendPartial };
    const result = await unlessAborted(work(task.data, context), signal);
    return { result, failed: false, answer: encode(result) };
  } catch (error) {
    signal?.throwIfAborted();
    const result = createFailedResult(error);
    return { result, failed: true, answer: encode(result) };
  }
}

/** Who works, and with what. */
export interface Workbench extends Wire {
  work: Work;
  workerId: string;
  /** Ends the wait for the work, even for work that does not listen to it. */
  signal?: AbortSignal;
  clock: () => number;
}

/** What came of a task. */
export interface Answer {
  result: Payload;
  failed: boolean;
  /** The result, ready to be sent. */
  answer: Buffer[];
}
