/** Runs the code of one cell after the other, and knows why a cell failed. */
import { failureOfDiagnostics, failureOfThrown, type CellFailure } from "./cell-failure";
import { tslab, type Converter, type Executor } from "./tslab";

export interface CellExecutor extends Executor {
  /** Why the cell that ran last failed. */
  readonly failure: CellFailure | undefined;
  /** Takes an exception or a rejection that no code caught: it ends the running cell, or marks the one that ran last. */
  failUncaught: (thrown: unknown) => void;
}

/** Creates the executor; `onLateFailure` hears of failures that come when no cell runs. */
export function createCellExecutor(onLateFailure: (failure: CellFailure) => void): CellExecutor {
  let failure: CellFailure | undefined;
  let running = false;
  const fail = (next: CellFailure): void => void (failure ??= next);
  const executor = tslab.createExecutor(process.cwd(), createConverters(fail), {
    log: (...values) => console.log(...values),
    error: (thrown) => fail(failureOfThrown(thrown)),
  });

  const run = async (source: string): Promise<boolean> => {
    failure = undefined;
    running = true;
    const listeners = process.listenerCount("SIGINT");
    const finished = executor.execute(source);
    if (process.listenerCount("SIGINT") !== listeners) rearmInterrupts();
    const ok = await finished;
    await unhandledRejections();
    running = false;
    return ok && failure === undefined;
  };
  const failUncaught = (thrown: unknown): void => {
    const uncaught = failureOfThrown(thrown, "Nothing caught this error. Is an `await` missing?");
    if (!running) return onLateFailure(uncaught);
    fail(uncaught);
    executor.interrupt();
  };
  return {
    ...executor,
    execute: run,
    failUncaught,
    get failure() {
      return failure;
    },
  };
}

/** tslab compiles cells for node, and for the browser those that ask for it. */
function createConverters(fail: (failure: CellFailure) => void) {
  const node = tslab.createConverter({ isJS: false, isBrowser: false });
  let browser: Converter | undefined;
  reportDiagnostics(node, fail);
  findEveryAwait(node);
  return {
    node,
    get browser() {
      return (browser ??= tslab.createConverter({ isJS: false, isBrowser: true }));
    },
    close() {
      node.close();
      browser?.close();
    },
  };
}

/** tslab prints each diagnostic as a line of its own; here the whole list and the cell's source are at hand. */
function reportDiagnostics(converter: Converter, fail: (failure: CellFailure) => void): void {
  const convert = converter.convert;
  converter.convert = (previous, source) => {
    const result = convert(previous, source);
    if (result.diagnostics.length > 0) fail(failureOfDiagnostics(source, result.diagnostics));
    return result;
  };
}

/** tslab overlooks the top-level `await` of `for await`, `await (…)` and `await […]`, and then cannot run the cell. */
function findEveryAwait(converter: Converter): void {
  const convert = converter.convert;
  converter.convert = (previous, source) => {
    const result = convert(previous, source);
    if (/\bawait\b/.test(result.output ?? "")) result.hasToplevelAwait = true;
    return result;
  };
}

/**
 * While the synchronous part of a cell runs, node's vm owns SIGINT, and afterwards leaves it to the default, which kills.
 * It takes its listeners back, but where the cell has added one, node believes that the signal is still its own.
 */
function rearmInterrupts(): void {
  const listeners = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  for (const listener of listeners) process.on("SIGINT", listener);
}

/** Node reports a rejection that nobody awaits once the microtasks are done: before the next turn of the event loop. */
const unhandledRejections = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
