/** What the agents of the Clone pattern report, and how they sum up. */
import type { FrameProblem } from "../../messages/codec";
import type { Outcome } from "../events";
import type { Stamp } from "../stamp";

/** How a server's run ended. */
export interface CloneServerSummary {
  outcome: Outcome;
  /** The number of the last update; with a journal it counts on from run to run. */
  sequence: number;
  /** Entries at the end. */
  entries: number;
  /** Changes of clients that were applied. */
  applied: number;
  /** Entries whose time was over. */
  expired: number;
  snapshots: number;
  /** Changes that came again, and were confirmed again. */
  duplicates: number;
  /** Changes that came before an earlier one of the same writer, and have to come again. */
  outOfOrder: number;
  /** Changes that were not taken, and whose writer was told so. */
  refused: number;
  framesRejected: number;
  durationMs: number;
}

/** How a client's run ended. */
export interface CloneClientSummary {
  outcome: Outcome;
  /** Its name in events, without "Clone-". */
  name: string;
  /** Entries of its subtree at the end. */
  entries: number;
  /** The number of the last update it knew. */
  sequence: number;
  /** Updates applied, those in snapshots apart. */
  updates: number;
  /** Updates that were missed, and noticed. */
  gaps: number;
  /** Snapshots taken over, the first included. */
  snapshots: number;
  /** Changes that the server has confirmed. */
  confirmed: number;
  /** Changes that the server has refused. */
  refused: number;
  /** Changes without an answer at the end: they may or may not have been applied. */
  unconfirmed: number;
  /** Changes sent again. */
  resent: number;
  framesRejected: number;
  durationMs: number;
}

/** What a server reports. A writer is an id of one run of a client. */
export type CloneServerEvent = Stamp &
  (
    | { type: "journal-read"; entries: number; sequence: number; tornBytes: number }
    | { type: "listening"; addresses: string[] }
    | { type: "subscribed"; subtree: string }
    | { type: "snapshot-sent"; subtree: string; entries: number; sequence: number }
    | {
        type: "applied";
        sequence: number;
        key: string;
        deleted: boolean;
        writer?: string;
        number?: number;
      }
    | { type: "expired"; sequence: number; key: string }
    | { type: "duplicate"; key: string; writer: string; number: number }
    | { type: "out-of-order"; key: string; writer: string; number: number }
    | { type: "refused"; key: string; reason: string; writer?: string; number?: number }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: CloneServerSummary }
  );

/** Why a client asks for a snapshot. */
export type SyncReason = "joining" | "gap" | "server-changed" | "server-silent";

/** What a client reports. */
export type CloneClientEvent = Stamp &
  (
    | { type: "synchronising"; reason: SyncReason }
    | { type: "synchronised"; reason: SyncReason; sequence: number; entries: number }
    | { type: "update"; key: string; sequence: number; deleted: boolean }
    /** The update before this one should have been `expected`, and is `got`. */
    | { type: "gap"; expected: number; got: number }
    | { type: "server-changed"; server: string }
    | { type: "server-silent"; silentMs: number }
    | { type: "confirmed"; key: string; number: number }
    | { type: "refused"; key: string; number: number; reason: string }
    | { type: "resent"; changes: number; reason: string }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: CloneClientSummary }
  );
