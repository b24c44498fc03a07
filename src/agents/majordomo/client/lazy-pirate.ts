/**
 * When a client that waits for an answer asks whether the broker lives, tries anew, or gives up: the
 * Guide's Lazy Pirate. Pure.
 */

/** How patient a client is. */
export interface PirateSettings {
  /** After how much silence the broker seems dead, in milliseconds. */
  replyTimeoutMs: number;
  /** After how many such silences in a row it is lost. */
  retries: number;
  /** After how much silence to ask, in milliseconds; at the most a third of replyTimeoutMs. */
  heartbeatMs: number;
}

/** What to do now. */
type PirateMove = "wait" | "ask" | "reconnect" | "give up";

/** Keeps the time of one client's silence; every `now` is in milliseconds, of any one clock. */
export class LazyPirate {
  readonly #askAfterMs: number;
  #quietSince = -Infinity;
  #askedAt = -Infinity;
  #silences = 0;

  constructor(private readonly settings: PirateSettings) {
    this.#askAfterMs = Math.min(settings.heartbeatMs, settings.replyTimeoutMs / 3);
  }

  /** Requests are sent: from now on there may be an answer. */
  expect(now: number): void {
    this.#quietSince = now;
  }

  /** Something came, whatever it was. */
  hear(now: number): void {
    this.#quietSince = now;
    this.#silences = 0;
  }

  /** For how long nothing has come, in milliseconds. */
  silentMs(now: number): number {
    return now - this.#quietSince;
  }

  /** Tells what to do; asked again, it takes for granted that it was done. */
  move(now: number): PirateMove {
    const silentMs = this.silentMs(now);
    if (silentMs >= this.settings.replyTimeoutMs) {
      this.#quietSince = now;
      return ++this.#silences < this.settings.retries ? "reconnect" : "give up";
    }
    const isAsked = now - this.#askedAt < this.#askAfterMs;
    if (silentMs < this.#askAfterMs || isAsked) return "wait";
    this.#askedAt = now;
    return "ask";
  }
}
