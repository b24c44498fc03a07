/**
 * The kernel's interrupt button, SIGINT. The kernel's own handler ends the cell at once and leaves its
 * agents running; so while a lab is open, the lab comes first.
 */
import { setImmediate } from "node:timers/promises";

let kernelHandlers: NodeJS.SignalsListener[] | undefined;
let onInterrupt: NodeJS.SignalsListener | undefined;

/** Calls `stop` on an interrupt, and the kernel's own handlers only when that is done. */
export function takeOverInterrupts(stop: () => Promise<void>): void {
  if (onInterrupt) return;
  const handlers = process.listeners("SIGINT");
  onInterrupt = (signal) => {
    void stop().then(async () => {
      // A cell that waits for the lab ends now, with the lab's word. One that does not is the kernel's.
      await setImmediate();
      await setImmediate();
      handlers.forEach((handler) => handler(signal));
    });
  };
  kernelHandlers = handlers;
  // Never without a listener, not for a moment: an interrupt then would kill the kernel.
  process.on("SIGINT", onInterrupt);
  for (const handler of handlers) process.off("SIGINT", handler);
}

/** Makes interrupts the kernel's again. */
export function handBackInterrupts(): void {
  kernelHandlers?.forEach((handler) => process.on("SIGINT", handler));
  if (onInterrupt) process.off("SIGINT", onInterrupt);
  [onInterrupt, kernelHandlers] = [undefined, undefined];
}
