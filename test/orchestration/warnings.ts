/** Whether Node complained while a test ran. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

/** Runs `step`, in which Node must not warn of anything: of listeners that pile up, say. */
export async function withoutWarning<T>(step: () => Promise<T>): Promise<T> {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => void warnings.push(message);
  process.on("warning", onWarning);
  try {
    const result = await step();
    await setImmediate(); // a warning comes a little later than what it is about
    assert.deepEqual(warnings, []);
    return result;
  } finally {
    process.off("warning", onWarning);
  }
}
