/** Whether an update is the next one: by the numbers that its publisher gave it. */
import type { UpdateMessage } from "../../../messages/broadcast";

/** Where an update stands in what was heard before of the same publisher on the same topic. */
export type Standing =
  /** Nothing was heard before; so many were sent earlier. */
  | { is: "first"; earlier: number }
  | { is: "next" }
  /** So many that were sent since are missing. */
  | { is: "after a gap"; expected: number; missed: number }
  /** It was heard before, or a later one was. */
  | { is: "repeated" };

/** Remembers the last number of each publisher and topic. */
export class Continuity {
  /** Least recently heard first. */
  readonly #last = new Map<string, number>();

  /** Of how many publishers and topics it remembers the number; those not heard for longest are forgotten, and would be joined anew. */
  constructor(private readonly most = 100_000) {}

  /** Takes note of an update. */
  observe({ publisher_id, topic, sequence }: UpdateMessage): Standing {
    const key = `${publisher_id.length} ${publisher_id} ${topic}`;
    const last = this.#last.get(key);
    if (last !== undefined && sequence <= last) return { is: "repeated" };
    this.#last.delete(key);
    this.#last.set(key, sequence);
    if (last === undefined) {
      this.#forget();
      return { is: "first", earlier: sequence - 1 };
    }
    const missed = sequence - last - 1;
    return missed === 0 ? { is: "next" } : { is: "after a gap", expected: last + 1, missed };
  }

  #forget(): void {
    if (this.#last.size <= this.most) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest!);
  }
}
