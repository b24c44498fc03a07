/** A client's copy of the map, and whether it is the server's state: a gap is noticed, whatever was lost. Pure: no sockets, no clock. */
import type { HugzCommand, Receipts, UpdateCommand } from "../../../messages/clone";
import { depthOf } from "../../../messages/clone/keys";
import { parseValue } from "../../../messages/clone/value";
import type { JsonValue } from "../../../messages/json-value";
import type { Unstamped } from "../../stamp";
import type { CloneClientEvent, SyncReason } from "../events";
import { Entries } from "./entries";

/** The state of a subtree at one moment. */
export interface Snapshot {
  server?: string;
  sequence: number;
  entries: { key: string; value: Buffer; ttlMs?: number }[];
}

/** An entry that is new, has another value, or is gone. */
export interface MapChange {
  key: string;
  /** Undefined when the entry is gone. */
  value?: JsonValue;
  /** The update, or the snapshot, that brought it. */
  sequence: number;
}

/** Where a replica's words go. */
export interface ReplicaOutside {
  /** An entry is different now. */
  changed(change: MapChange): void;
  /** The server has said something of writers. */
  settle(receipts: Receipts): void;
  report(event: Unstamped<CloneClientEvent>): void;
}

/** How many messages wait for a snapshot at the most. What is dropped is missed later, and brings on another snapshot. */
const MOST_WAITING = 100_000;

/** One for one run of a client. It follows the server, or waits for a snapshot and keeps what comes meanwhile. */
export class Replica {
  /** Why it does not follow, or last did not. */
  reason: SyncReason = "joining";
  /** The last update of the subtree that it knows. */
  sequence = 0;
  updates = 0;
  gaps = 0;
  readonly #entries: Entries;
  #server?: string;
  #isFollowing = false;
  #waiting: (UpdateCommand | HugzCommand)[] = [];

  constructor(
    private readonly subtree: string,
    private readonly maxFrameBytes: number,
    private readonly outside: ReplicaOutside,
  ) {
    this.#entries = new Entries((key, value) => this.#tell(key, value));
  }

  /** Whether it is the server's state, as far as can be known. Otherwise it is as it was when it last was. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  get entries(): Pick<Entries, "get" | "list"> {
    return this.#entries;
  }

  /** Takes what the server publishes. */
  hear(message: UpdateCommand | HugzCommand, now: number): void {
    if (this.#isFollowing && this.#fits(message)) return this.#take(message, now);
    if (this.#waiting.length >= MOST_WAITING) this.#waiting = [];
    this.#waiting.push(message);
  }

  /** Tells whether nothing is missing before a message; otherwise it does not follow any more. */
  #fits(message: UpdateCommand | HugzCommand): boolean {
    if (message.server !== this.#server) {
      this.outside.report({ type: "server-changed", server: message.server ?? "unknown" });
      this.leave("server-changed");
      return false;
    }
    const before = this.#expectedBefore(message);
    if (before === undefined || before === this.sequence) return true;
    this.gaps++;
    this.outside.report({ type: "gap", expected: this.sequence, got: before });
    this.leave("gap");
    return false;
  }

  /** The update after which this message comes; undefined when it cannot tell. */
  #expectedBefore(message: UpdateCommand | HugzCommand): number | undefined {
    if (message.type === "hugz") {
      const tip = message.tips.get(this.subtree) ?? 0;
      return tip > this.sequence ? tip : undefined;
    }
    const { sequence, after } = message;
    if (sequence <= this.sequence) return undefined;
    if (after) return after[depthOf(this.subtree)];
    // A server that knows only CHP: in the whole map no number may be missing, in a subtree nobody can tell.
    return this.subtree === "" ? sequence - 1 : undefined;
  }

  #take(message: UpdateCommand | HugzCommand, now: number): void {
    if (message.type === "update" && message.sequence > this.sequence) this.#apply(message, now);
    this.outside.settle(message);
  }

  #apply({ key, value, sequence, ttlMs }: UpdateCommand, now: number): void {
    this.sequence = sequence;
    this.updates++;
    const deleted = !this.#isReadable(key, value);
    this.outside.report({ type: "update", key, sequence, deleted });
    if (deleted) this.#entries.delete(key);
    else this.#entries.set(key, value, ttlMs === undefined ? undefined : now + ttlMs);
  }

  /** A value that is no JSON is as good as none. */
  #isReadable(key: string, value: Buffer): boolean {
    if (value.length === 0) return false;
    const parsed = parseValue(value, this.maxFrameBytes);
    if (parsed.ok) return true;
    const reason = `the value of ${key}: ${parsed.reason}`;
    this.outside.report({ type: "frame-rejected", code: parsed.code, reason });
    return false;
  }

  /** Hears that what it has may be out of date: it needs a snapshot. */
  leave(reason: SyncReason): void {
    this.#isFollowing = false;
    this.#waiting = [];
    this.reason = reason;
  }

  /** Takes a snapshot over, then whatever came after it; something may be missing again. */
  install({ server, sequence, entries }: Snapshot, now: number): void {
    this.#server = server;
    this.sequence = sequence;
    const readable = entries.filter(({ key, value }) => this.#isReadable(key, value));
    this.#entries.replace(
      readable.map(({ key, value, ttlMs }) => ({
        key,
        value,
        expiresAt: ttlMs === undefined ? undefined : now + ttlMs,
      })),
    );
    this.#isFollowing = true;
    const size = readable.length;
    this.outside.report({ type: "synchronised", reason: this.reason, sequence, entries: size });
    // Whatever another server has said before belongs to a state that is past.
    const first = this.#waiting.findIndex((message) => message.server === server);
    const waiting = first < 0 ? [] : this.#waiting.slice(first);
    this.#waiting = [];
    for (const message of waiting) this.hear(message, now);
  }

  /** Hides the entries whose time is over by this client's own clock: the server may be out of reach. */
  expire(now: number): void {
    this.#entries.expire(now);
  }

  #tell(key: string, value: Buffer | undefined): void {
    const { sequence } = this;
    this.outside.changed({ key, value: value && readValue(value), sequence });
  }
}

/** Gives a value of its own each time: whoever gets it may change it. */
export function readValue(value: Buffer): JsonValue {
  return JSON.parse(value.toString()) as JsonValue;
}
