/**
 * The changes of a client that the server has not confirmed, each with a number: sent in order, and from
 * the oldest on again when something may be lost ("go-back-N"). Pure: no sockets, no clock.
 */
import Denque from "denque";
import type { ChangeCommand, Receipts } from "../../../messages/clone";

/** What is to be written. */
export type Change = Pick<ChangeCommand, "key" | "value" | "ttlMs">;

/** A change that the server has taken, or refused for a reason. */
export interface Settled {
  key: string;
  number: number;
  refusal?: string;
}

/** A server that is slow shall not drown in what is sent again; one that is back shall not be waited for long. */
const MOST_DOUBLINGS = 4;

/** The changes of one run of a client. */
export class WriteLedger {
  /** Those without an answer, oldest first. */
  readonly #open = new Denque<Write>();
  #given = 0;
  #sent = 0;
  #progressAt = 0;
  /** How often it began again since something was confirmed. */
  #rewinds = 0;

  /** `writer` is unique to this run; who writes outside of the subtree it follows hears of it only by HUGZ. */
  constructor(
    private readonly writer: string,
    private readonly subtree: string,
  ) {}

  /** How many have no answer yet. */
  get size(): number {
    return this.#open.length;
  }

  /** Takes a change in; gives what becomes of it. */
  add(change: Change, now: number): Promise<Settled> {
    if (this.size === 0) this.#progressAt = now;
    return new Promise((onSettled) =>
      this.#open.push({ ...change, number: ++this.#given, onSettled }),
    );
  }

  /** Gives the next change to send; undefined when all have been sent. */
  next(): ChangeCommand | undefined {
    const { first } = this;
    this.#sent = Math.max(this.#sent, first - 1);
    const write = this.#open.peekAt(this.#sent + 1 - first);
    if (!write) return undefined;
    const { number, key, value, ttlMs } = write;
    this.#sent = number;
    const wantsHugz = !key.startsWith(this.subtree);
    const signature = { writer: this.writer, number, first, wantsHugz };
    return { key, value, ttlMs, uuid: Buffer.alloc(0), signature };
  }

  /** Begins again with the oldest; gives how many that have been sent already will be sent again. */
  rewind(now: number): number {
    const { first } = this;
    const again = Math.max(0, this.#sent + 1 - first);
    this.#sent = first - 1;
    this.#progressAt = now;
    if (again > 0) this.#rewinds++;
    return again;
  }

  /** Takes what a server says of writers; gives what is settled by it, oldest first. */
  settle({ confirmed, refused }: Receipts, now: number): Settled[] {
    const settled: Settled[] = [];
    const number = confirmed.find(({ writer }) => writer === this.writer)?.number ?? 0;
    const reasons = new Map(
      refused.filter(({ writer }) => writer === this.writer).map((one) => [one.number, one.reason]),
    );
    while (this.size > 0 && this.first <= number) {
      const { key, number, onSettled } = this.#open.shift()!;
      const one = { key, number, refusal: reasons.get(number) };
      settled.push(one);
      onSettled(one);
    }
    if (settled.length > 0) {
      this.#progressAt = now;
      this.#rewinds = 0;
    }
    return settled;
  }

  /** Tells whether something was sent and nothing has been confirmed for so long; twice as long each time it began again. */
  isOverdue(now: number, patienceMs: number): boolean {
    const isUnderWay = this.size > 0 && this.#sent >= this.first;
    const longer = 2 ** Math.min(this.#rewinds, MOST_DOUBLINGS);
    return isUnderWay && now - this.#progressAt > patienceMs * longer;
  }

  /** The number of the oldest without an answer, or the one that comes next. */
  private get first(): number {
    return this.#open.peekFront()?.number ?? this.#given + 1;
  }
}

interface Write extends Change {
  number: number;
  onSettled: (settled: Settled) => void;
}
