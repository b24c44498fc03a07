/** The state that a Clone server keeps: entries, the order of their updates, and when each is over. Pure: no sockets, no clock. */
import { Tips } from "./tips";

/** An entry as a server keeps it. */
export interface BoardEntry {
  /** JSON, as it came. */
  value: Buffer;
  /** The update that it is from. */
  sequence: number;
  /** When it goes by itself, in milliseconds since 1970; for ever without. */
  expiresAt?: number;
}

/** A change that was taken. */
export interface BoardUpdate {
  key: string;
  /** Empty when the entry is gone. */
  value: Buffer;
  sequence: number;
  expiresAt?: number;
  /** The update before, in each subtree that the key lies in. */
  after: number[];
}

/** What a server starts with. */
export interface BoardState {
  sequence: number;
  entries: Map<string, BoardEntry>;
}

/** One for one run of a server. */
export class Board {
  /** In the order of their updates. */
  readonly #entries: Map<string, BoardEntry>;
  readonly #tips: Tips;
  readonly #mortal = new Map<string, number>();
  #nextExpiry = Infinity;
  #sequence: number;

  constructor(state: BoardState = { sequence: 0, entries: new Map() }) {
    this.#entries = state.entries;
    this.#sequence = state.sequence;
    this.#tips = new Tips(state.sequence);
    for (const [key, { expiresAt }] of state.entries) this.#mark(key, expiresAt);
  }

  /** The number of the last update. */
  get sequence(): number {
    return this.#sequence;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  entries(): ReadonlyMap<string, Readonly<BoardEntry>> {
    return this.#entries;
  }

  /** Says what an update would be; nothing is changed before `apply`. */
  next(key: string, value: Buffer, expiresAt?: number): Omit<BoardUpdate, "after"> {
    return { key, value, sequence: this.#sequence + 1, expiresAt };
  }

  /** Makes the update that `next` has described. */
  apply({ key, value, sequence, expiresAt }: Omit<BoardUpdate, "after">): BoardUpdate {
    this.#sequence = sequence;
    this.#entries.delete(key);
    if (value.length > 0) this.#entries.set(key, { value, sequence, expiresAt });
    this.#mark(key, value.length > 0 ? expiresAt : undefined);
    return { key, value, sequence, expiresAt, after: this.#tips.advance(key, sequence) };
  }

  /** Lists the entries whose time is over. */
  listOverdue(now: number): string[] {
    if (now < this.#nextExpiry) return [];
    const overdue = [...this.#mortal].filter(([, expiresAt]) => expiresAt <= now);
    const alive = [...this.#mortal.values()].filter((expiresAt) => expiresAt > now);
    this.#nextExpiry = alive.reduce((first, expiresAt) => Math.min(first, expiresAt), Infinity);
    return overdue.map(([key]) => key);
  }

  /** The state of a subtree: what a latecomer needs, and from where on it is to follow. */
  snapshot(subtree: string): { sequence: number; entries: (BoardEntry & { key: string })[] } {
    const entries = Array.from(this.#entries, ([key, entry]) => ({ key, ...entry }));
    return {
      sequence: this.#tips.followed(subtree),
      entries: entries.filter(({ key }) => key.startsWith(subtree)),
    };
  }

  /** The last update of a subtree that somebody follows. */
  tipOf(subtree: string): number {
    return this.#tips.followed(subtree);
  }

  #mark(key: string, expiresAt: number | undefined): void {
    if (expiresAt === undefined) return void this.#mortal.delete(key);
    this.#mortal.set(key, expiresAt);
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
  }
}
