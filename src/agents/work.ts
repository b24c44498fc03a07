/** Work, as a task processor does it: any function from data to result, or to the promise of one. */
import type { JsonValue } from "../messages/json-value";

/** What a work function is told besides the data. */
export interface WorkContext {
  taskId: string;
  workerId: string;
  /** Aborts when the agent is stopped. */
  signal?: AbortSignal;
}

/** Does one task. What it throws travels to the collector as a failed result. */
export type Work = (data: JsonValue, context: WorkContext) => JsonValue | Promise<JsonValue>;
