/** The map of a client: what its replica holds, and what its desk takes. */
import { on, type EventEmitter } from "node:events";
import { checkKey } from "../../../messages/clone/keys";
import { encodeValue } from "../../../messages/clone/value";
import type { JsonValue } from "../../../messages/json-value";
import { LONGEST_MS } from "../../../transport/patience";
import { checkDurations, checkTimeLimits } from "../../options";
import { readValue, type MapChange, type Replica } from "./replica";
import type { SetOptions, SharedMap } from "./shared-map";
import type { Change } from "./write-ledger";

/** What stands behind a map. */
export interface MapBackstage {
  replica: Replica;
  /** Emits "change" with a MapChange. */
  changes: EventEmitter;
  maxFrameBytes: number;
  clock: () => number;
  /** Resolves when the server has confirmed. */
  write(change: Change): Promise<void>;
  /** Waits until the state is the server's. */
  synchronised(signal?: AbortSignal): Promise<void>;
  /** Aborts when the client has ended. */
  over: AbortSignal;
}

/** One for one run of a client. */
export class LocalMap implements SharedMap {
  constructor(private readonly backstage: MapBackstage) {}

  get(key: string): JsonValue | undefined {
    const { replica, clock } = this.backstage;
    const value = replica.entries.get(key, clock());
    return value && readValue(value);
  }

  entries(): [key: string, value: JsonValue][] {
    const { replica, clock } = this.backstage;
    return replica.entries.list(clock()).map(([key, value]) => [key, readValue(value)]);
  }

  keys(): string[] {
    const { replica, clock } = this.backstage;
    return replica.entries.list(clock()).map(([key]) => key);
  }

  get size(): number {
    return this.keys().length;
  }

  get isCurrent(): boolean {
    return this.backstage.replica.isFollowing;
  }

  get sequence(): number {
    return this.backstage.replica.sequence;
  }

  set(key: string, value: JsonValue, { ttlMs }: SetOptions = {}): Promise<void> {
    checkKey(key);
    if (ttlMs !== undefined) checkTimeLimits({ ttlMs });
    if (ttlMs !== undefined) checkDurations({ ttlMs }, LONGEST_MS);
    return this.#write({ key, value: encodeValue(value, this.backstage.maxFrameBytes), ttlMs });
  }

  delete(key: string): Promise<void> {
    checkKey(key);
    return this.#write({ key, value: Buffer.alloc(0) });
  }

  #write(change: Change): Promise<void> {
    const written = this.backstage.write(change);
    written.catch(() => {}); // who does not wait for an answer need not be told that none came
    return written;
  }

  onChange(listener: (change: MapChange) => void): () => void {
    const { changes } = this.backstage;
    changes.on("change", listener);
    return () => void changes.off("change", listener);
  }

  changes(signal?: AbortSignal): AsyncIterableIterator<MapChange> {
    const { changes, over } = this.backstage;
    const end = signal ? AbortSignal.any([signal, over]) : over;
    return untilAborted(end.aborted ? undefined : on(changes, "change", { signal: end }), end);
  }

  synchronised(signal?: AbortSignal): Promise<void> {
    return this.backstage.synchronised(signal);
  }
}

async function* untilAborted(
  changes: AsyncIterable<unknown[]> | undefined,
  signal: AbortSignal,
): AsyncGenerator<MapChange> {
  try {
    for await (const [change] of changes ?? []) yield change as MapChange;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
