/** Runs the synchronous part of a cell so that one interrupt ends it, whenever it comes. */
import { once } from "node:events";
import { Session } from "node:inspector";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { CellState, moveOn } from "./interrupt-states";

const ENTRY = Symbol.for("kernel.cell");

export class Interruptible {
  readonly #state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #session = new Session();
  readonly #watcher = new Worker(join(__dirname, "interrupt-watcher.js"), {
    workerData: this.#state,
    execArgv: ["--expose-internals"],
  });
  #heard = false;
  #cutOff = false;

  /** Resolves when interrupts are watched. */
  static async start(): Promise<Interruptible> {
    const interruptible = new Interruptible();
    await once(interruptible.#watcher, "message");
    interruptible.#watcher.unref();
    interruptible.#session.connect();
    return interruptible;
  }

  /** Tells of an interrupt that the event loop has heard; false for one that has ended a cell already. */
  hear(): boolean {
    this.#heard = true;
    return !this.#cutOff;
  }

  /** A cell starts: from the call on an interrupt is meant for it, and one that an earlier cell got is not. */
  async begin(): Promise<void> {
    if (this.#heard) await this.#forgetHeard();
    Atomics.store(this.#state, 0, CellState.starting);
    // What came just before that line, the watcher has left to the event loop.
    await turnOfEventLoop();
    if (this.#heard) moveOn(this.#state, CellState.starting, CellState.refused);
  }

  /** Calls `body`, the cell's synchronous part. Throws what it throws, or an Error at an interrupt. */
  run<T>(body: () => T): T {
    let outcome: { value: T } | { thrown: unknown } | undefined;
    const entry = (): void => {
      let result: typeof outcome;
      try {
        result = { value: body() };
      } catch (thrown) {
        result = { thrown };
      }
      if (moveOn(this.#state, CellState.running, CellState.idle)) outcome = result;
      else awaitCut();
    };
    if (moveOn(this.#state, CellState.starting, CellState.running)) this.#evaluate(entry);
    if (outcome === undefined) throw this.#interrupted();
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  /** Calls `body`, and lets an interrupt wait until it is done: what is cut off leaves its data half written. */
  shield<T>(body: () => T): T {
    if (!moveOn(this.#state, CellState.running, CellState.shielded)) {
      if (Atomics.load(this.#state, 0) === CellState.broken) awaitCut();
      return body();
    }
    try {
      return body();
    } finally {
      if (!moveOn(this.#state, CellState.shielded, CellState.running)) this.#yieldToCut();
    }
  }

  /** The synchronous part is over, or there was none: the event loop hears of the next interrupt. */
  end(): void {
    Atomics.store(this.#state, 0, CellState.idle);
  }

  /** Resolves when the event loop has heard of the interrupt that ended the cell; it is not meant for the next one. */
  async settle(): Promise<void> {
    if (!this.#cutOff) return;
    await turnOfEventLoop();
    this.#cutOff = false;
  }

  /** The watcher may be late, and must not take for the next cell what the event loop has heard. */
  async #forgetHeard(): Promise<void> {
    this.#heard = false;
    this.#watcher.postMessage("settle");
    await once(this.#watcher, "message");
  }

  /** Where the inspector evaluates, a cut ends what it evaluates and nothing else. */
  #evaluate(entry: () => void): void {
    Object.defineProperty(globalThis, ENTRY, { value: entry, configurable: true });
    const expression = `globalThis[Symbol.for(${JSON.stringify(ENTRY.description)})]()`;
    this.#session.post("Runtime.evaluate", { expression }, () => {});
  }

  #yieldToCut(): never {
    Atomics.store(this.#state, 0, CellState.broken);
    Atomics.notify(this.#state, 0);
    return awaitCut();
  }

  #interrupted(): Error {
    this.#cutOff = true;
    return Object.assign(new Error("Interrupted"), { code: "ERR_SCRIPT_EXECUTION_INTERRUPTED" });
  }
}

/** From one immediate to the next the event loop looks for signals. */
async function turnOfEventLoop(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** The watcher has said that it cuts off this code: it must not get away, or the cut would hit what comes after it. */
function awaitCut(): never {
  for (;;);
}
