/** Several wait for one: the next begins when the one before has ended. */
import { EventEmitter, once } from "node:events";

/** Runs jobs one at a time, in the order in which they came. */
export class Lane {
  #last: Promise<void> = Promise.resolve();
  readonly #news = new EventEmitter<{ done: [tookMs: number] }>().setMaxListeners(0);

  /** Waits until a job has taken less than `ms` milliseconds; rejects when `signal` aborts. */
  async isQuicker(ms: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const [tookMs] = (await once(this.#news, "done", { signal })) as [number];
      if (tookMs < ms) return;
    }
  }

  /** Runs `job` when its turn comes, or never if `signal` has aborted by then. Rejects if the job does. */
  enter(signal: AbortSignal, job: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(() => (signal.aborted ? undefined : this.#run(job)));
    this.#last = turn.catch(() => {}); // whose job it was hears of it
    return turn;
  }

  async #run(job: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    await job();
    this.#news.emit("done", performance.now() - startedAt);
  }
}
