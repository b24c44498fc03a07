/**
 * The commands of the Clustered Hashmap Protocol (rfc.zeromq.org/spec/12, CHP): a map that a server keeps
 * and many clients read and write.
 *
 *     client ──ICANHAZ──▶ server ──KVSYNC … KTHXBAI──▶ client     the whole state, to one who asks
 *     client ──KVSET────▶ server ──KVPUB, HUGZ───────▶ clients    each change, and a sign of life
 *
 * What we add travels in the properties frame; a peer that knows only CHP ignores it, and is understood.
 */
/** The request for a snapshot. */
export const ICANHAZ = "ICANHAZ?";

/** The last message of a snapshot. */
export const KTHXBAI = "KTHXBAI";

/** The topic of the server's sign of life. */
export const HUGZ = "HUGZ";

/** Who wrote, and the how many-th of its writes it is: so that a server takes each once, and in order. */
export interface Signature {
  writer: string;
  /** Counted from 1. */
  number: number;
  /** The oldest of its writes that the writer has not seen confirmed. */
  first: number;
  /** Whether the writer will not hear the KVPUB, and needs a HUGZ to know. */
  wantsHugz: boolean;
}

/** A client's KVSET: an empty value deletes the entry. */
export interface ChangeCommand {
  key: string;
  value: Buffer;
  uuid: Buffer;
  /** After how many milliseconds the entry is to go by itself. */
  ttlMs?: number;
  /** Missing from a client that knows only CHP. */
  signature?: Signature;
}

/** Up to which number a writer's changes have been taken. */
export interface Receipt {
  writer: string;
  number: number;
}

/** A change that was not taken, though its number counts. */
export interface RefusedChange extends Receipt {
  reason: string;
}

/** What a server says of the writers it has heard. */
export interface Receipts {
  confirmed: Receipt[];
  refused: RefusedChange[];
}

/** A server's KVPUB. */
export interface UpdateCommand extends Receipts {
  type: "update";
  key: string;
  sequence: number;
  value: Buffer;
  uuid: Buffer;
  ttlMs?: number;
  /** Which run of which server; missing from a server that knows only CHP, like `after`. */
  server?: string;
  /** The sequence number of the update before, in each subtree that the key lies in (see `subtreesOf`). */
  after?: number[];
}

/** A server's HUGZ. */
export interface HugzCommand extends Receipts {
  type: "hugz";
  server?: string;
  /** The last sequence number in each subtree that somebody follows. */
  tips: Map<string, number>;
}

/** An entry of a snapshot, a server's KVSYNC. */
export interface EntryCommand {
  type: "entry";
  key: string;
  value: Buffer;
  ttlMs?: number;
}

/** The end of a snapshot, a server's KTHXBAI. */
export interface SnapshotEndCommand {
  type: "end";
  subtree: string;
  /** The last update of the subtree that is part of the snapshot. */
  sequence: number;
  server?: string;
  /** How many entries there should have been. */
  entries?: number;
}
