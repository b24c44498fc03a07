/** The map as an agent sees it. */
import type { JsonValue } from "../../../messages/json-value";
import type { MapChange } from "./replica";

/**
 * A part of a map that many agents read and write. Reads are local and at once, writes go to the server.
 * Values are copies: whoever gets one may change it.
 */
export interface SharedMap {
  /** Whether this is the server's state, but for what is under way. Otherwise it is as it was when it last was. */
  readonly isCurrent: boolean;
  /** The number of the last update of the subtree. */
  readonly sequence: number;
  /** How many entries there are. */
  readonly size: number;
  /** The value of an entry; undefined when there is none. */
  get(key: string): JsonValue | undefined;
  /** All entries, sorted by key. */
  entries(): [key: string, value: JsonValue][];
  /** All keys, sorted. */
  keys(): string[];
  /**
   * Sets an entry, of this subtree or another. Resolves when the server has confirmed it: with a journal it
   * outlives the server from then on. With `ttlMs` the entry goes by itself so many milliseconds after it came
   * to the server. Changes of one client take place in the order in which they were asked for.
   * Rejects when the server refuses it, or the client ends before an answer came; who does not wait for an
   * answer need not be told.
   * @throws TypeError at once for a key that is none, or a value that JSON cannot carry; RangeError for one
   *   that is too large or too deep.
   */
  set(key: string, value: JsonValue, options?: SetOptions): Promise<void>;
  /** Deletes an entry. Resolves and rejects as `set` does, whether or not there was one. */
  delete(key: string): Promise<void>;
  /** Calls `listener` for each entry that is different from now on; gives the function that ends it. What it throws ends the client. */
  onChange(listener: (change: MapChange) => void): () => void;
  /** Yields each entry that is different from now on, none missed, until `signal` aborts or the client ends. */
  changes(signal?: AbortSignal): AsyncIterableIterator<MapChange>;
  /** Waits until the state is the server's; rejects when `signal` aborts or the client ends. */
  synchronised(signal?: AbortSignal): Promise<void>;
}

/** Options of a map's `set`. */
export interface SetOptions {
  /** After how many milliseconds the entry goes by itself. Default: never. */
  ttlMs?: number;
}
