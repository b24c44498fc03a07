/** A fault to inject: a task that kills the process of every worker that touches it. Its work is loaded as a file. */
import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../../agents/work";
import type { PoolReport } from "../../orchestration/pool";
import {
  runPoolProcesses,
  type RunPoolProcessesOptions,
} from "../../orchestration/run-pool-processes";

/** Its data. */
export const POISON = "Task_3_payload";

/** Does any task but that one. */
export const work: Work = async (data) => {
  await delay(WORK_MS);
  if (data === POISON) process.kill(process.pid, "SIGKILL");
  return "done";
};

/** How long a task takes, in milliseconds: also until the poison works. */
const WORK_MS = 50;

/** Runs a pool of processes whose third task is poison. */
export function runWithPoison(
  options: Omit<RunPoolProcessesOptions, "workFile">,
): Promise<PoolReport> {
  return runPoolProcesses({ ...options, workFile: __filename });
}
