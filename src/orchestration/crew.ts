/** Structured concurrency: who is started together ends together. */
import { setMaxListeners } from "node:events";
import { LONGEST_MS } from "../transport/patience";

/** A group of running agents. The first failure stops them all; nobody is left behind. */
export class Crew {
  readonly #stop = new AbortController();
  readonly #members: Promise<unknown>[] = [];
  /** Give this to every member. */
  readonly signal: AbortSignal;

  /** `signal` stops the crew from outside. */
  constructor(signal?: AbortSignal) {
    this.signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
    setMaxListeners(0, this.signal); // a crew may be large
  }

  /** Takes in a member that runs already. */
  add<T>(member: Promise<T>): Promise<T> {
    this.#members.push(member);
    member.catch(() => this.#stop.abort());
    return member;
  }

  /**
   * Waits for every member. When one has failed, waits for the others to stop, then throws its error.
   * Whoever has not ended after `patienceMs` is stopped; by default everybody has all the time.
   */
  async end(patienceMs?: number): Promise<void> {
    const impatience =
      patienceMs === undefined
        ? undefined
        : setTimeout(() => this.#stop.abort(), Math.min(patienceMs, LONGEST_MS));
    const endings = await Promise.allSettled(this.#members);
    clearTimeout(impatience);
    const failure = endings.find((ending) => ending.status === "rejected");
    if (failure) throw failure.reason;
  }
}
