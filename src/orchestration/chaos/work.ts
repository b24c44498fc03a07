/** What the workers of a chaos run do: the task's temper says. Loaded with `--work`. */
import { appendFileSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../../agents/work";
import type { ChaosTask } from "./plan";

/** The environment variable that names the folder where tries are counted. */
export const CHAOS_DIRECTORY = "CHAOS_DIRECTORY";

/** Does a task, or does what its temper says in place of it. */
export const work: Work = async (data, { signal }) => {
  const { n, temper } = data as ChaosTask;
  const tries = countTry(n);
  if (temper === "slow") await delay(30, undefined, { signal });
  if (temper === "poison") process.kill(process.pid, "SIGKILL");
  if (temper === "hangs-once" && tries === 1) await new Promise(() => {}); // deaf to its signal, too
  if (temper === "fails-always" || (temper === "fails-twice" && tries <= 2))
    throw new Error(`try ${tries} of task ${n} fails`);
  return resultOf(n);
};

/** The right answer to task `n`. */
export function resultOf(n: number): number {
  return n * n;
}

/** Counts in a file, which outlives the process: a byte a try. */
function countTry(n: number): number {
  const file = path.join(process.env[CHAOS_DIRECTORY] ?? ".", `${n}.tries`);
  appendFileSync(file, "x");
  return statSync(file).size;
}
