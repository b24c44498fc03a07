/** Work, as a worker does it: any function from data to result, or to the promise of one. */
import type { Payload } from "../messages/payload";

/** What a work function is told besides the data. */
export interface WorkContext {
  taskId: string;
  workerId: string;
  /** Aborts when nobody wants the result any more: the agent is stopped, or a broker took the task back. */
  signal?: AbortSignal;
  /**
   * Sends a part of the answer ahead of the result; ignored once the task has ended. Throws a TypeError
   * or RangeError when the part cannot be sent. Absent where nobody has asked for parts: in a pipeline
   * without `streamParts`.
   */
  sendPartial?: (part: Payload) => void;
}

/** Does one task. What it throws travels to the collector, or the client, as a failed result. */
export type Work = (data: Payload, context: WorkContext) => Payload | Promise<Payload>;
