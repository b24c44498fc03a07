/** What a Clone server does about each message: changes become updates, requests become snapshots. Pure: no sockets, no clock. */
import {
  encodeEntry,
  encodeHugz,
  encodeSnapshotEnd,
  encodeUpdate,
} from "../../../messages/clone/encode";
import { parseChange, parseSnapshotRequest } from "../../../messages/clone/parse";
import {
  HUGZ,
  type ChangeCommand,
  type Receipts,
  type SnapshotEndCommand,
} from "../../../messages/clone";
import { isSubtree } from "../../../messages/clone/keys";
import { parseValue } from "../../../messages/clone/value";
import type { FrameProblem } from "../../../messages/codec";
import { parseSubscription } from "../../../messages/start-signal";
import type { Unstamped } from "../../stamp";
import type { CloneServerEvent } from "../events";
import { Board, type BoardEntry } from "./board";
import type { Journal } from "./journal";
import { Writers } from "./writers";

/** Where the desk's words go. */
export interface DeskOutside {
  /** To everybody who follows. */
  publish(frames: Buffer[]): void;
  /** To one who has asked: each message is made when it is its turn to be sent. */
  answer(client: Buffer, messages: Iterable<Buffer[]>): void;
  /** Asks for a call of `hugz` soon. */
  hugzSoon(): void;
  report(event: Unstamped<CloneServerEvent>): void;
}

/** What a desk needs to know. */
export interface DeskSettings {
  /** The id of this run. */
  serverId: string;
  maxEntries: number;
  maxFrameBytes: number;
}

/** How many subtrees one HUGZ tells of; and after how many lines about writers the next one begins. */
const MOST_LINES = 500;

/** One for one run of a server. */
export class Desk {
  readonly #board: Board;
  readonly #writers: Writers;
  /** The subtrees that somebody follows. */
  readonly #followed = new Set<string>();
  readonly #count = {
    applied: 0,
    expired: 0,
    snapshots: 0,
    duplicates: 0,
    outOfOrder: 0,
    refused: 0,
    framesRejected: 0,
  };

  constructor(
    private readonly settings: DeskSettings,
    private readonly outside: DeskOutside,
    private readonly journal?: Pick<Journal, "memory" | "update" | "refusal">,
  ) {
    this.#board = new Board(journal?.memory);
    this.#writers = new Writers(journal?.memory.writers);
  }

  summary() {
    return { sequence: this.#board.sequence, entries: this.#board.size, ...this.#count };
  }

  /** Takes a KVSET. @throws Error when the journal cannot be written: then the change has not happened. */
  change(frames: Buffer[], now: number): void {
    const parsed = parseChange(frames);
    if (!parsed.ok) return this.#reject(parsed);
    const change = parsed.message;
    const { key, signature } = change;
    if (!signature) return this.#decide(change, now);
    const { writer, number, wantsHugz } = signature;
    const judgement = this.#writers.judge(signature);
    if (judgement === "next") this.#decide(change, now);
    if (judgement === "duplicate") {
      this.#count.duplicates++;
      this.outside.report({ type: "duplicate", key, writer, number });
    }
    if (judgement === "out-of-order") {
      this.#count.outOfOrder++;
      this.outside.report({ type: "out-of-order", key, writer, number });
    }
    if (judgement === "duplicate" || wantsHugz) this.outside.hugzSoon();
  }

  #decide(change: ChangeCommand, now: number): void {
    const problem = this.#problemOf(change);
    if (problem) this.#refuse(change, problem);
    else this.#apply(change, now);
  }

  #problemOf({ key, value }: ChangeCommand): FrameProblem | string | undefined {
    const { maxEntries, maxFrameBytes } = this.settings;
    if (value.length === 0) return undefined;
    const parsed = parseValue(value, maxFrameBytes);
    if (!parsed.ok) return parsed;
    if (this.#board.size < maxEntries || this.#board.has(key)) return undefined;
    return `there are ${maxEntries} entries already, which is the limit`;
  }

  #apply({ key, value, uuid, ttlMs, signature }: ChangeCommand, now: number): void {
    const expiresAt = ttlMs === undefined ? undefined : now + ttlMs;
    const next = this.#board.next(key, value, expiresAt);
    const author = signature && { writer: signature.writer, number: signature.number };
    this.journal?.update(next, author);
    if (signature) this.#writers.settle(signature);
    const { sequence, after } = this.#board.apply(next);
    const refused = signature ? this.#writers.refusedOf(signature.writer) : [];
    const receipts = { confirmed: author ? [author] : [], refused };
    const server = this.settings.serverId;
    this.outside.publish(
      encodeUpdate({ key, sequence, value, uuid, ttlMs, server, after, ...receipts }),
    );
    this.#count.applied++;
    const deleted = value.length === 0;
    this.outside.report({ type: "applied", sequence, key, deleted, ...author });
  }

  /** A writer that counts its changes must hear that this one is settled, or it would send it for ever. */
  #refuse({ key, signature }: ChangeCommand, problem: FrameProblem | string): void {
    const reason = typeof problem === "string" ? problem : problem.reason;
    if (!signature && typeof problem !== "string") return this.#reject(problem);
    this.#count.refused++;
    if (signature) {
      this.journal?.refusal(signature.writer, signature.number, reason);
      this.#writers.settle(signature, reason);
      this.outside.hugzSoon();
    }
    const { writer, number } = signature ?? {};
    this.outside.report({ type: "refused", key, reason, writer, number });
  }

  /** Deletes what is overdue, for everybody. @throws Error when the journal cannot be written. */
  expire(now: number): void {
    for (const key of this.#board.listOverdue(now)) {
      const value = Buffer.alloc(0);
      const next = this.#board.next(key, value);
      this.journal?.update(next);
      const { sequence, after } = this.#board.apply(next);
      const server = this.settings.serverId;
      const receipts: Receipts = { confirmed: [], refused: [] };
      this.outside.publish(
        encodeUpdate({ key, sequence, value, uuid: Buffer.alloc(0), server, after, ...receipts }),
      );
      this.#count.expired++;
      this.outside.report({ type: "expired", sequence, key });
    }
  }

  /** Takes an ICANHAZ: the state of this very moment goes out, whatever happens while it is under way. */
  request(client: Buffer, frames: Buffer[], now: number): void {
    const parsed = parseSnapshotRequest(frames);
    if (!parsed.ok) return this.#reject(parsed);
    const subtree = parsed.message;
    const { sequence, entries } = this.#board.snapshot(subtree);
    const { serverId: server } = this.settings;
    const end = { subtree, sequence, server, entries: entries.length };
    this.outside.answer(client, encodeSnapshot(entries, end, now));
    this.#count.snapshots++;
    this.outside.report({ type: "snapshot-sent", subtree, entries: entries.length, sequence });
  }

  /** Takes what an XPUB hears. Who wants HUGZ gets one at once: it tells that the subscriptions stand. */
  subscription(frames: Buffer[]): void {
    const subscription = parseSubscription(frames[0]!);
    if (!subscription || frames.length !== 1)
      return this.#reject({ ok: false, code: "wrong-shape", reason: "no subscription" });
    const { topic, subscribed } = subscription;
    if (topic === HUGZ && subscribed) this.outside.hugzSoon();
    if (!isSubtree(topic)) return;
    if (subscribed) this.#followed.add(topic);
    else this.#followed.delete(topic);
    if (subscribed) this.outside.report({ type: "subscribed", subtree: topic });
  }

  /** Publishes a sign of life, with all that a subscriber may have missed. */
  hugz(): void {
    const server = this.settings.serverId;
    const tips = Array.from(
      this.#followed,
      (subtree) => [subtree, this.#board.tipOf(subtree)] as const,
    );
    const news = this.#writers.takeNews();
    do {
      const some: Receipts[] = [];
      for (let lines = 0; news.length > 0 && lines < MOST_LINES;) {
        const one = news.shift()!; // what is said of one writer stays together
        some.push(one);
        lines += 1 + one.refused.length;
      }
      const confirmed = some.flatMap((receipts) => receipts.confirmed);
      const refused = some.flatMap((receipts) => receipts.refused);
      const part = new Map(tips.splice(0, MOST_LINES));
      this.outside.publish(encodeHugz({ server, tips: part, confirmed, refused }));
    } while (tips.length > 0 || news.length > 0);
  }

  #reject({ code, reason }: FrameProblem): void {
    this.#count.framesRejected++;
    this.outside.report({ type: "frame-rejected", code, reason });
  }
}

/** Writes the messages of a snapshot one by one: that of a large map takes longer than anybody may be silent. */
function* encodeSnapshot(
  entries: (BoardEntry & { key: string })[],
  end: Omit<SnapshotEndCommand, "type">,
  now: number,
): Generator<Buffer[]> {
  for (const { key, value, expiresAt } of entries) {
    const ttlMs = expiresAt === undefined ? undefined : Math.max(1, expiresAt - now);
    yield encodeEntry({ key, value, ttlMs }, end.sequence);
  }
  yield encodeSnapshotEnd(end);
}
