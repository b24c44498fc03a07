/** Whether processes are really gone. */
import { existsSync, readFileSync } from "node:fs";

/** Tells whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // In a container whose first process buries nobody, an orphan stays as a zombie.
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, "utf8"));
}
