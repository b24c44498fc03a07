/** Work that goes wrong as it is told: it fails, hangs, or is too slow with its answer. */
import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../../agents/work";
import type { Payload } from "../../messages/payload";

/** Makes work that throws the first so many times it gets some data: `{ Task_2_payload: 2 }`. */
export function failsAtFirst(times: Record<string, number>): Work {
  const tries = new Map<string, number>();
  return async (data) => {
    const name = textOf(data);
    const nth = (tries.get(name) ?? 0) + 1;
    tries.set(name, nth);
    await delay(WORK_MS);
    if (nth <= (times[name] ?? 0)) throw new Error(`${name} goes wrong`);
    return `${name} done`;
  };
}

/** Makes work that never comes back from one task, and is deaf to its signal; other tasks it does. */
export function hangsOn(task: string): Work {
  return async (data) => {
    if (data === task) await new Promise(() => {});
    await delay(WORK_MS);
    return `${textOf(data)} done`;
  };
}

/** Makes work that posts a letter for each task, and the first time it has one in hand stalls before it can say so. */
export function postsLetters(post: (taskId: string) => void): Work {
  let hasStalled = false;
  return async (data, { taskId, signal }) => {
    post(taskId);
    if (!hasStalled) {
      hasStalled = true;
      await delay(STALL_MS, undefined, { signal });
    }
    return `letter for ${textOf(data)} posted`;
  };
}

function textOf(data: Payload): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}

/** How long a task takes that goes well, in milliseconds. */
const WORK_MS = 50;

/** Longer than anybody waits, in milliseconds. */
const STALL_MS = 60_000;
