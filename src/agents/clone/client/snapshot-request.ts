/** Asks a Clone server for the state of a subtree. */
import { Dealer, type Context } from "zeromq";
import type { EntryCommand } from "../../../messages/clone";
import { encodeSnapshotRequest } from "../../../messages/clone/encode";
import { parseSnapshotPart } from "../../../messages/clone/parse";
import type { FrameProblem } from "../../../messages/codec";
import { connectSocket, withSockets } from "../../../transport/sockets";
import { HANG_UP_FACTOR } from "../../options";
import type { Snapshot } from "./replica";

/** What a request needs to know. */
export interface SnapshotSettings {
  snapshotAddr: string;
  subtree: string;
  /** After how much silence to give it up, in milliseconds. */
  silenceMs: number;
  maxFrameBytes: number;
  context: Context;
}

/**
 * Asks once, on a connection of its own: nothing of an earlier answer can get in between. Gives undefined
 * when no whole answer came, or `signal` aborts.
 */
export async function requestSnapshot(
  { snapshotAddr, subtree, silenceMs, maxFrameBytes, context }: SnapshotSettings,
  signal: AbortSignal,
  onReject: (problem: FrameProblem) => void,
): Promise<Snapshot | undefined> {
  let snapshot: Snapshot | undefined;
  await withSockets(signal, async (open) => {
    const maxMessageSize = maxFrameBytes * HANG_UP_FACTOR;
    // No limit to what may wait here: the server keeps no part of its answer back.
    const limits = { receiveHighWaterMark: 0, receiveTimeout: silenceMs, maxMessageSize };
    const dealer = open(new Dealer({ context, linger: 0, ...limits }));
    connectSocket(dealer, "snapshotAddr", snapshotAddr);
    await dealer.send(encodeSnapshotRequest(subtree));
    const entries: EntryCommand[] = [];
    for (;;) {
      const frames = await dealer.receive().catch(() => undefined);
      if (!frames) return; // silence
      const parsed = parseSnapshotPart(frames);
      if (!parsed.ok) {
        onReject(parsed);
        continue;
      }
      const part = parsed.message;
      if (part.type === "entry") {
        entries.push(part);
        continue;
      }
      const isWhole = part.entries === undefined || part.entries === entries.length;
      const { server, sequence } = part;
      if (isWhole) snapshot = { server, sequence, entries };
      return;
    }
  });
  return snapshot;
}
