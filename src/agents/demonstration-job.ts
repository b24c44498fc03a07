/** The job of the demonstration: what the agents do unless they are given other data or other work. */
import { setTimeout as delay } from "node:timers/promises";
import type { Payload } from "../messages/payload";
import type { Work } from "./work";

/** The data of task `n`: "Task_1_payload" for the first. */
export function demonstrationData(n: number): Payload {
  return `Task_${n}_payload`;
}

/** Work that takes `workMs` and answers "Result_for_(Task_1_payload)_by_Worker-1". */
export function demonstrationWork(workMs: number): Work {
  return async (data, { workerId, signal }) => {
    await delay(workMs, undefined, { signal });
    const text = typeof data === "string" ? data : JSON.stringify(data);
    return `Result_for_(${text})_by_Worker-${workerId}`;
  };
}

/** How long a worker of that name takes over a task, in milliseconds: 600 for "1", 700 for "2", 500 for a name that is no number. */
export function demonstrationWorkMs(workerId: string): number {
  return 500 + 100 * (/^\d{1,3}$/.test(workerId) ? Number(workerId) : 0);
}
