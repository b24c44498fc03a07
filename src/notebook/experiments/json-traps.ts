/** What JSON does to a value that it cannot carry, and what the tutorial's encoder says instead. */
import { encodeFrame } from "../../messages/frame";
import type { Payload } from "../../messages/payload";
import { createTaskMessage } from "../../messages/task-message";

/** One value, sent twice. */
export interface JsonTrap {
  "a task's data": string;
  "what JSON.stringify sends": string;
  "what encodeFrame says": string;
}

/** Sends each value as a task's data: by plain JSON, and by encodeFrame. */
export function compareWithPlainJson(values: Record<string, unknown>): JsonTrap[] {
  return Object.entries(values).map(([name, data]) => ({
    "a task's data": name,
    "what JSON.stringify sends": attempt(() => JSON.stringify({ data })),
    "what encodeFrame says": attempt(() => {
      // The compiler refuses some of these values; what comes as `any` it cannot see.
      encodeFrame(createTaskMessage(data as Payload));
      return "sent";
    }),
  }));
}

function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}
