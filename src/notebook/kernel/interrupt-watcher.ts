/**
 * The thread that sees an interrupt, and a Jupyter that is gone, while the kernel's own thread is busy with a
 * cell's synchronous part.
 *
 * Node's `breakOnSigint` does that too, but it takes the signal from its listeners for as long, and a signal that
 * comes as the script ends is lost, and then cuts off the next script. Here no listener ever goes.
 */
import { Session } from "node:inspector";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { CellState, moveOn } from "./interrupt-states";
import { exitWithParent } from "./parent-watch";

const state = workerData as Int32Array;

function onInterrupt(): void {
  if (moveOn(state, CellState.starting, CellState.refused)) return;
  if (moveOn(state, CellState.running, CellState.broken)) return cutOff();
  if (moveOn(state, CellState.shielded, CellState.doomed)) {
    Atomics.wait(state, 0, CellState.doomed);
    return cutOff();
  }
  // A cell that went on to another state while this looked is to be looked at again.
  const now: number = Atomics.load(state, 0);
  if (now === CellState.running || now === CellState.shielded) onInterrupt();
}

/** Ends the script that runs on the kernel's thread. It is connected only for this, as a session delays the exit. */
function cutOff(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => session.disconnect());
}

/** In a worker thread `process.on` alone hears no signal: node leaves out the part that asks the system for it. */
function listen(): void {
  const internals = createRequire(__filename)("internal/process/signal") as {
    startListeningIfSignal(signal: string): void;
  };
  internals.startListeningIfSignal("SIGINT");
  process.on("SIGINT", onInterrupt);
}

try {
  listen();
} catch (error) {
  console.error(
    `Interrupts cannot end a cell that computes: Node ${process.version} hides its signals from threads. ` +
      `Restart the kernel instead. (${String(error)})`,
  );
}
// Two turns of the event loop: one of them has dealt with every interrupt that came before the question.
parentPort!.on("message", () =>
  setImmediate(() => setImmediate(() => parentPort!.postMessage("settled"))),
);
exitWithParent();
parentPort!.postMessage("ready");
