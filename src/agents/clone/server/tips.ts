/** The last sequence number of every subtree, so that who follows one can tell a gap from an update elsewhere. Pure. */
import { subtreesOf } from "../../../messages/clone/keys";

/** Remembers so many subtrees exactly; of older ones it knows how old they are at the least. */
export class Tips {
  /** Least recently updated first. */
  readonly #tips = new Map<string, number>();
  /** No subtree that is not in the map was updated after this one. */
  #floor: number;

  /** Whatever was updated before this life was updated at `floor` at the latest. */
  constructor(
    floor = 0,
    private readonly most = 100_000,
  ) {
    this.#floor = floor;
  }

  /** Takes down an update, and gives the one before it in each subtree that the key lies in. */
  advance(key: string, sequence: number): number[] {
    const after = subtreesOf(key).map((subtree) => {
      const before = this.of(subtree);
      this.#tips.delete(subtree);
      this.#tips.set(subtree, sequence);
      return before;
    });
    this.#forget();
    return after;
  }

  /** Gives the last sequence number of a subtree; too high a number (for one long quiet) costs its readers a snapshot. */
  of(subtree: string): number {
    return this.#tips.get(subtree) ?? this.#floor;
  }

  /** Gives the same for one that somebody follows: it is not raised any more without an update. */
  followed(subtree: string): number {
    const tip = this.of(subtree);
    if (!this.#tips.has(subtree)) this.#tips.set(subtree, tip);
    return tip;
  }

  #forget(): void {
    for (const [subtree, tip] of this.#tips) {
      if (this.#tips.size <= this.most) return;
      this.#tips.delete(subtree);
      this.#floor = Math.max(this.#floor, tip);
    }
  }
}
