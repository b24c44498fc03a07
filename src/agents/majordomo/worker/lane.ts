/** Several wait for one: the next begins when the one before has ended. */

/** Runs jobs one at a time, in the order in which they came. */
export class Lane {
  #last: Promise<void> = Promise.resolve();

  /** Waits until all who stand in it now have had their turn. */
  async isFree(): Promise<void> {
    await this.#last;
  }

  /** Runs `job` when its turn comes, or never if `signal` has aborted by then. Rejects if the job does. */
  enter(signal: AbortSignal, job: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(() => (signal.aborted ? undefined : job()));
    this.#last = turn.catch(() => {}); // whose job it was hears of it
    return turn;
  }
}
