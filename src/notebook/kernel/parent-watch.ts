/** How often, in milliseconds, the kernel looks whether Jupyter is still there. */
const PARENT_CHECK_MS = 1000;

/**
 * Ends this process once the one that started it is gone: a crashed Jupyter would leave kernels that hold
 * their ports. Called in a thread of its own, it does so whatever a cell computes.
 */
export function exitWithParent(): void {
  // Jupyter sets this unless the kernel shall outlive it.
  if (process.env["JPY_PARENT_PID"] === undefined) return;
  const parent = process.ppid;
  const check = (): void => {
    if (process.ppid !== parent || !isAlive(parent)) process.kill(process.pid, "SIGKILL");
  };
  setInterval(check, PARENT_CHECK_MS).unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
