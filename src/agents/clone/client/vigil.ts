/** When to take a server for gone. Pure: `now` is given. */

/** One for one connection. */
export class Vigil {
  #heardAt: number;
  #lookedAt: number;
  /** Whether the server has said anything on this connection. */
  hasHeard = false;

  constructor(
    private readonly heartbeatMs: number,
    private readonly liveness: number,
    now: number,
  ) {
    this.#heardAt = now;
    this.#lookedAt = now;
  }

  /** The server has given a sign of life. */
  heard(now: number): void {
    this.hasHeard = true;
    this.#heardAt = now;
  }

  silentMs(now: number): number {
    return now - this.#heardAt;
  }

  /**
   * To be asked every now and then. Who comes a heartbeat late was away itself (SIGSTOP, or work that never
   * yields): before it judges the server's silence it listens anew.
   */
  isSilent(now: number): boolean {
    if (now - this.#lookedAt >= this.heartbeatMs) this.#heardAt = now;
    this.#lookedAt = now;
    return this.silentMs(now) >= this.heartbeatMs * this.liveness;
  }
}
