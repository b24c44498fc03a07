/** One run of a lab: what it has opened, and how it is closed. */
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { Socket } from "zeromq";
import { closeSocket } from "./close-socket";

/** What can be closed: a socket, or anything else with a `close`. */
export interface Closable {
  close(): unknown;
}

/** What a lab looks after: something to close, a function that cleans up, or a running agent to wait for. */
export type Tracked = Closable | Promise<unknown> | (() => unknown);

/** What the body of a lab is given. */
export interface Lab {
  /** Aborts when the lab closes. Pass it to every agent. */
  signal: AbortSignal;
  /**
   * Looks after a socket, a running agent's promise or a function that cleans up, and gives it back.
   * When the lab closes, the last one is closed first.
   */
  use: <T extends Tracked>(tracked: T) => T;
}

/** The interrupt button ended a lab. */
export class Interrupted extends Error {
  override name = "Interrupted";

  /** Without the stack, which is the kernel's and ours: the reader wrote none of it. */
  [inspect.custom](): string {
    return `${this.name}: ${this.message}`;
  }
}

/** How long a closing lab waits for what does not listen to its signal, in milliseconds. */
const PATIENCE_MS = 3000;

/** A lab from its opening to its end. */
export class Room {
  /** The first error of something that would not close. */
  failure: Error | undefined;
  private readonly controller = new AbortController();
  private readonly tracked: Tracked[] = [];
  private readonly interrupted: Promise<never>;
  private reportInterrupt!: (reason: Interrupted) => void;
  private stopping = false;
  private running: Promise<unknown> | undefined;
  private closing: Promise<boolean> | undefined;

  constructor(private readonly name: string) {
    this.interrupted = new Promise((_, reject) => (this.reportInterrupt = reject));
    this.interrupted.catch(() => {});
  }

  /** Runs the body. Once interrupted, the answer is Interrupted, whatever the body still says. */
  async run<T>(body: (lab: Lab) => Promise<T>): Promise<T> {
    const running = (async () =>
      body({ signal: this.controller.signal, use: (it) => this.use(it) }))();
    this.running = running;
    try {
      const value = await Promise.race([running, this.interrupted]);
      return this.stopping ? await this.interrupted : value;
    } catch (error) {
      if (this.stopping) await this.interrupted;
      throw error;
    }
  }

  /** Interrupts the run: closes everything, then makes `run` reject. */
  async stop(): Promise<void> {
    this.stopping = true;
    const closed = await this.close();
    const left = closed
      ? "all it had opened is closed"
      : "part of it does not stop, so restart the kernel";
    this.reportInterrupt(new Interrupted(`"${this.name}" was interrupted; ${left}.`));
  }

  /** Closes once, however often it is asked to; true when nothing is left running. */
  close(): Promise<boolean> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private use<T extends Tracked>(tracked: T): T {
    if (this.closing) void this.closeOne(tracked);
    else this.tracked.push(tracked);
    return tracked;
  }

  private async closeAll(): Promise<boolean> {
    this.controller.abort();
    return inTime(async () => {
      for (const tracked of this.tracked.reverse()) await this.closeOne(tracked);
      await Promise.allSettled([this.running]);
    });
  }

  private async closeOne(tracked: Tracked): Promise<void> {
    try {
      if (tracked instanceof Promise) await Promise.allSettled([tracked]);
      else if (tracked instanceof Socket) await closeSocket(tracked);
      else await (typeof tracked === "function" ? tracked() : tracked.close());
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }
}

async function inTime(work: () => Promise<void>): Promise<boolean> {
  const done = new AbortController();
  const late = setTimeout(PATIENCE_MS, false, { signal: done.signal }).catch(() => false);
  return Promise.race([work().then(() => true), late]).finally(() => done.abort());
}
