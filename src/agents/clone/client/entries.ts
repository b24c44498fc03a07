/** The entries of a client's copy, and who hears when one is different. Pure: no clock. */

interface Entry {
  value: Buffer;
  /** When its time is over, in milliseconds since 1970. */
  expiresAt?: number;
  /** Its time is over, and whoever listens has been told. */
  isHidden?: boolean;
}

/** An entry to be set. */
export interface NewEntry {
  key: string;
  value: Buffer;
  expiresAt?: number;
}

/** By key. */
export class Entries {
  #entries = new Map<string, Entry>();
  #nextExpiry = Infinity;

  /** `onChange` hears of each entry that is set, or is gone: then there is no value. */
  constructor(private readonly onChange: (key: string, value: Buffer | undefined) => void) {}

  get(key: string, now: number): Buffer | undefined {
    const entry = this.#entries.get(key);
    return entry && isVisible(entry, now) ? entry.value : undefined;
  }

  /** Lists what is there, sorted by key. */
  list(now: number): [key: string, value: Buffer][] {
    return [...this.#entries]
      .filter(([, entry]) => isVisible(entry, now))
      .map(([key, { value }]): [string, Buffer] => [key, value])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }

  set(key: string, value: Buffer, expiresAt: number | undefined): void {
    this.#entries.set(key, { value, expiresAt });
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt ?? Infinity);
    this.onChange(key, value);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry && !entry.isHidden) this.onChange(key, undefined);
  }

  /** Puts other entries in place of all; only what is different then is told. */
  replace(entries: NewEntry[]): void {
    const before = this.#entries;
    this.#entries = new Map(entries.map(({ key, ...entry }) => [key, entry]));
    this.#nextExpiry = this.#findNextExpiry();
    for (const [key, { isHidden }] of before)
      if (!this.#entries.has(key) && !isHidden) this.onChange(key, undefined);
    for (const { key, value } of entries) {
      const old = before.get(key);
      if (!old || old.isHidden || !old.value.equals(value)) this.onChange(key, value);
    }
  }

  /** Hides what is over at `now`. */
  expire(now: number): void {
    if (now < this.#nextExpiry) return;
    const over = [...this.#entries].filter(
      ([, entry]) => !entry.isHidden && !isVisible(entry, now),
    );
    for (const [, entry] of over) entry.isHidden = true;
    this.#nextExpiry = this.#findNextExpiry();
    for (const [key] of over) this.onChange(key, undefined);
  }

  #findNextExpiry(): number {
    let next = Infinity;
    for (const { expiresAt, isHidden } of this.#entries.values())
      if (expiresAt !== undefined && !isHidden) next = Math.min(next, expiresAt);
    return next;
  }
}

function isVisible({ expiresAt, isHidden }: Entry, now: number): boolean {
  return !isHidden && !(expiresAt !== undefined && expiresAt <= now);
}
