/** Work as a computation does it: it holds the one thread, and nothing else happens in its process meanwhile. */
import type { Work } from "../../agents/work";

const TASK_MS = 150;

/** Takes 150 ms over any task, and answers with its data. */
export const work: Work = (data) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TASK_MS);
  return data;
};
