import { EventEmitter, once } from "node:events";
import { wallClock } from "../../src/agents/stamp";

/** A clock that a test puts forward: what time alone brings comes when the test says so, and not before. */
export class LeapingClock {
  #leaptMs = 0;
  readonly #looks = new EventEmitter();

  /** Milliseconds since 1970; the option `clock` of an agent. */
  readonly now = (): number => {
    this.#looks.emit("look");
    return wallClock() + this.#leaptMs;
  };

  leap(ms: number): void {
    this.#leaptMs += ms;
  }

  /** Waits until it has been looked at so many times more. */
  async lookedAt(times: number): Promise<void> {
    for (let n = 0; n < times; n++) await once(this.#looks, "look");
  }
}
