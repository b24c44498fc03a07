/** What each writer has been promised: so that its changes are taken once each, and in its order. Pure. */
import type { Receipts, RefusedChange, Signature } from "../../../messages/clone";

/** What a server remembers of a writer. */
export interface WriterRecord {
  /** The last of its changes that was taken or refused. */
  last: number;
  /** Of those, the refused ones that the writer may not have heard of. */
  refused: Map<number, string>;
}

/** What to do with a change: take it; confirm it again; ignore it, as one before it is missing. */
export type Judgement = "next" | "duplicate" | "out-of-order";

/** How many refusals a writer may be ignorant of: each is told with every answer. */
const MOST_REFUSED = 500;

/** The writers of one server. */
export class Writers {
  /** Least recently heard first. */
  readonly #records: Map<string, WriterRecord>;
  /** Those with news for the next HUGZ. */
  readonly #news = new Set<string>();

  constructor(
    known: Iterable<readonly [string, WriterRecord]> = [],
    private readonly most = 100_000,
  ) {
    this.#records = new Map(known);
  }

  /** Says what to do with a change. Whatever it is, the writer is to hear of it in the next HUGZ. */
  judge({ writer, number, first }: Signature): Judgement {
    const record = this.#records.get(writer) ?? { last: 0, refused: new Map<number, string>() };
    this.#records.delete(writer);
    this.#records.set(writer, record);
    this.#news.add(writer);
    this.#forget();
    for (const refused of record.refused.keys())
      if (refused < first) record.refused.delete(refused);
    if (number <= record.last) return "duplicate";
    // All before `first` were confirmed: by a server whose memory this one does not have.
    if (record.refused.size >= MOST_REFUSED) return "out-of-order"; // until it shows that it knows
    return number === record.last + 1 || number === first ? "next" : "out-of-order";
  }

  /** A change was taken, or refused for a reason. */
  settle({ writer, number }: Signature, refusal?: string): void {
    const record = this.#records.get(writer)!;
    record.last = number;
    if (refusal !== undefined) record.refused.set(number, refusal);
  }

  /** The changes of a writer that were refused and that it may not have heard of. */
  refusedOf(writer: string): RefusedChange[] {
    const refused = this.#records.get(writer)?.refused ?? [];
    return Array.from(refused, ([number, reason]) => ({ writer, number, reason }));
  }

  /** What the next HUGZ says of writers; they are no news any more. */
  takeNews(): Receipts[] {
    const news = [...this.#news].filter((writer) => this.#records.has(writer));
    this.#news.clear();
    return news.map((writer) => ({
      confirmed: [{ writer, number: this.#records.get(writer)!.last }],
      refused: this.refusedOf(writer),
    }));
  }

  all(): ReadonlyMap<string, Readonly<WriterRecord>> {
    return this.#records;
  }

  /** One that is forgotten and comes back may have a change taken twice: it must have been away for very long. */
  #forget(): void {
    for (const writer of this.#records.keys()) {
      if (this.#records.size <= this.most) return;
      this.#records.delete(writer);
    }
  }
}
