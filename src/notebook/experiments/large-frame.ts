/** A stranger sends 100 MB to a result collector: what that costs, with one limit or another. */
import { Push } from "zeromq";
import { codecOf } from "../../messages/codecs/named";
import { MAX_FRAME_BYTES } from "../../messages/frame";
import { createResultMessage } from "../../messages/result-message";
import { lab } from "../lab/lab";
import type { Lab } from "../lab/room";
import { LARGE, startCollector } from "./large-frame-process";

/** What became of 100 MB. */
export interface LargeFrameRow {
  "its limit": string;
  "100 MB come as": string;
  "what the collector does": string;
  /** What its process took besides what it had before, in millions of bytes. */
  "memory it took, in MB": number;
  "the next result": string;
}

const MB = 1_000_000;
const SIZE_MB = 100;

const cases: [limit: string, maxFrameBytes: number, message: () => Buffer[]][] = [
  ["none to speak of", 1024 * MAX_FRAME_BYTES, oneFrame],
  ["10 MiB", 10 * MAX_FRAME_BYTES, oneFrame],
  ["1 MiB", MAX_FRAME_BYTES, oneFrame],
  ["1 MiB", MAX_FRAME_BYTES, manyFrames],
];

/** Sends 100 MB to a collector, a process of its own each time; then a worker sends an ordinary result. */
export async function sendLargeFrames(): Promise<LargeFrameRow[]> {
  const rows: LargeFrameRow[] = [];
  for (const [limit, maxFrameBytes, message] of cases) {
    const seen = await lab("large frames", (room) => meet(maxFrameBytes, message(), room));
    const comesAs = message === oneFrame ? "one frame" : `${SIZE_MB} frames`;
    rows.push({ "its limit": limit, "100 MB come as": comesAs, ...seen });
  }
  return rows;
}

type Seen = Omit<LargeFrameRow, "its limit" | "100 MB come as">;

async function meet(maxFrameBytes: number, message: Buffer[], room: Lab): Promise<Seen> {
  const codec = "multipart"; // JSON, as long as the message is one frame
  const collector = await startCollector({ maxFrameBytes, codec }, room);
  const [stranger, worker] = [new Push({ linger: 0 }), new Push({ linger: 0 })];
  room.use(() => [stranger, worker].forEach((socket) => socket.close()));
  stranger.connect(collector.address);
  await stranger.send(message);
  const verdict = await collector.verdict(LARGE);
  worker.connect(collector.address);
  await worker.send(codecOf(codec).encode(createResultMessage("ordinary", "done", "1")));
  await collector.verdict("ordinary");
  return {
    "what the collector does": verdict,
    "memory it took, in MB": Math.round(collector.grownBytes / MB),
    "the next result": "received",
  };
}

function oneFrame(): Buffer[] {
  const text = Buffer.alloc(SIZE_MB * MB, "x");
  const [before, after] = [
    `{"task_id":"${LARGE}","result_data":"`,
    '","worker_id":"?","timestamp":1}',
  ];
  return [Buffer.concat([Buffer.from(before), text, Buffer.from(after)])];
}

/** Each of which is small enough by itself. */
function manyFrames(): Buffer[] {
  return Array.from({ length: SIZE_MB }, () => Buffer.alloc(MB, "x"));
}
