/** Runs the code of one cell after the other, and knows why a cell failed. */
import vm from "node:vm";
import { failureOfDiagnostics, failureOfThrown, type CellFailure } from "./cell-failure";
import type { Interruptible } from "./interruptible";
import { tslab, type Converter, type Executor } from "./tslab";

export interface CellExecutor extends Executor {
  /** Why the cell that ran last failed. */
  readonly failure: CellFailure | undefined;
  /** Takes an exception or a rejection that no code caught: it ends the running cell, or marks the one that ran last. */
  failUncaught: (thrown: unknown) => void;
  /** Calls `body`, which an interrupt does not cut off. */
  shield: <T>(body: () => T) => T;
}

/** Creates the executor; `onLateFailure` hears of failures that come when no cell runs. */
export function createCellExecutor(
  interruptible: Interruptible,
  onLateFailure: (failure: CellFailure) => void,
): CellExecutor {
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
    await interruptible.begin();
    const finished = startInterruptible(interruptible, () => executor.execute(source));
    const ok = await finished;
    await interruptible.settle();
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
  const interrupt = (): void => {
    if (interruptible.hear()) executor.interrupt();
  };
  return {
    ...executor,
    execute: run,
    interrupt,
    shield: (body) => interruptible.shield(body),
    failUncaught,
    get failure() {
      return failure;
    },
  };
}

/** tslab compiles the cell and runs its synchronous part by node's vm, with `breakOnSigint`, before it returns. */
function startInterruptible<T>(interruptible: Interruptible, execute: () => T): T {
  const { runInThisContext } = vm;
  const restore = () => Object.assign(vm, { runInThisContext });
  const runCell = (code: string): unknown => {
    restore();
    return interruptible.run(() => runInThisContext(code) as unknown);
  };
  Object.assign(vm, { runInThisContext: runCell });
  try {
    return execute();
  } finally {
    restore();
    interruptible.end();
  }
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

/** Node reports a rejection that nobody awaits once the microtasks are done: before the next turn of the event loop. */
const unhandledRejections = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
