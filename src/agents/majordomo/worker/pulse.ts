/** When to send a heartbeat, and when to take the other end for dead. No sockets, no clock: `now` is given. */

/** One end's heartbeats to, and from, the other. Times are milliseconds of any clock that never goes back. */
export class Pulse {
  #beatAt: number;
  #heardAt: number;
  #wakeAt: number;
  #isBusy = false;
  #isHeardWhenBusy = false;

  constructor(
    private readonly heartbeatMs: number,
    private readonly liveness: number,
    now: number,
  ) {
    this.#beatAt = now + heartbeatMs;
    this.#heardAt = now;
    this.#wakeAt = this.#beatAt;
  }

  /** The other end has given a sign of life. */
  heard(now: number): void {
    this.#heardAt = now;
    if (this.#isBusy) this.#isHeardWhenBusy = true;
  }

  /**
   * A worker has a request now, or has answered it. Many brokers (the Guide's, majortomo) send no heartbeats
   * to a busy worker: it takes their silence for nothing. One that is heard all the same is held to it.
   */
  busy(isBusy: boolean, now: number): void {
    if (this.#isExcused) this.#heardAt = now;
    this.#isBusy = isBusy;
  }

  get #isExcused(): boolean {
    return this.#isBusy && !this.#isHeardWhenBusy;
  }

  /** A heartbeat has been sent. */
  sent(now: number): void {
    this.#beatAt = now + this.heartbeatMs;
  }

  /** For how long nothing was heard. */
  silentMs(now: number): number {
    return now - this.#heardAt;
  }

  /** How long to sleep, or to listen, before the next `wake`. */
  restMs(now: number): number {
    const silentAt = this.#isExcused ? Infinity : this.#heardAt + this.heartbeatMs * this.liveness;
    this.#wakeAt = Math.min(this.#beatAt, silentAt);
    return Math.max(0, this.#wakeAt - now);
  }

  /**
   * Tells what is due. Who wakes up late by a heartbeat or more was away itself (SIGSTOP, or work that
   * never yields): before it judges the other's silence it listens anew.
   */
  wake(now: number): { isBeatDue: boolean; isSilent: boolean } {
    if (now - this.#wakeAt >= this.heartbeatMs) this.#heardAt = now;
    return {
      isBeatDue: now >= this.#beatAt,
      isSilent: !this.#isExcused && this.silentMs(now) >= this.heartbeatMs * this.liveness,
    };
  }
}
