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
  process.removeAllListeners("SIGINT").on("SIGINT", onInterrupt);
}

/** Makes interrupts the kernel's again. */
export function handBackInterrupts(): void {
  if (onInterrupt) process.off("SIGINT", onInterrupt);
  kernelHandlers?.forEach((handler) => process.on("SIGINT", handler));
  [onInterrupt, kernelHandlers] = [undefined, undefined];
}
