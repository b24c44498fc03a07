/** A part of a result, ahead of it: an extension of the tutorial's wire that nobody meets who has not asked for it. */
import type { Payload } from "./payload";
import { createResultMessage, type ResultMessage } from "./result-message";

/** The task_id that says: this is no result yet. The id of the task is in result_data. */
export const PARTIAL_RESULT = "PARTIAL_RESULT";

/**
 * A part of the answer to a task. For every codec it is a result like any other; so it is for a collector that does
 * not know this task_id, which is why a processor sends parts only when it was told to.
 */
export interface PartialResultMessage extends ResultMessage {
  task_id: typeof PARTIAL_RESULT;
  result_data: {
    /** The id of the task that this answers in part. */
    task_id: string;
    /** Counted from 0 in each try of the task. */
    part: number;
    data: Payload;
  };
}

/** Makes the part number `part`; `now` is in milliseconds since 1970. */
export function createPartialResult(
  taskId: string,
  part: number,
  data: Payload,
  workerId: string,
  now: number = Date.now(),
): PartialResultMessage {
  const resultData = { task_id: taskId, part, data };
  const message = createResultMessage(PARTIAL_RESULT, resultData, workerId, now);
  return message as PartialResultMessage;
}

/** Tells a part from whatever else a collector receives. */
export function isPartialResult(message: { task_id: string }): message is PartialResultMessage {
  return message.task_id === PARTIAL_RESULT;
}
