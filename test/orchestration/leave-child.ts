/** Work that starts a process which outlives the worker, and holds the worker's stderr open. */
import { spawn } from "node:child_process";
import type { Work } from "../../src/agents/work";

export const work: Work = () => {
  const child = spawn(process.execPath, ["--eval", "setTimeout(() => {}, 60_000)"], {
    stdio: "inherit",
  });
  return child.pid!;
};
