/** The exercise of chapter 12: a payload format of the reader's own, JSON compressed. */
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
} from "node:zlib";
import type { Codec } from "../../messages/codec";
import { jsonCodec } from "../../messages/codecs/json";
import { MAX_FRAME_BYTES } from "../../messages/frame";
import type { Payload } from "../../messages/payload";
import type { TaskMessage } from "../../messages/task-message";
import { realPayloads } from "../experiments/payload-cost";
import { lab } from "../lab/lab";
import { CodecTrial, TrialOver } from "./payloads-trial";
import { showVerdict, type Verdict } from "./verdict";

/** Lets a real worker use the reader's codec, and shows how it went. */
export async function checkMyCodec(codec: Codec): Promise<void> {
  showVerdict(await tryMyCodec(codec));
}

/** JSON, compressed; a frame that unpacks to more than an agent would take is refused. */
export const solveMyCodec: Codec = {
  name: "zipped",
  multipart: false,
  encode: (message) => jsonCodec.encode(message).map((frame) => gzipSync(frame)),
  decode(frames) {
    try {
      const maxOutputLength = MAX_FRAME_BYTES;
      return jsonCodec.decode(frames.map((frame) => gunzipSync(frame, { maxOutputLength })));
    } catch (error) {
      return { ok: false, code: "not-json", reason: `cannot unzip: ${(error as Error).message}` };
    }
  },
};

/** Tells what checkMyCodec shows. */
export async function tryMyCodec(codec: Codec): Promise<Verdict> {
  return lab("exercise of chapter 12", async (room) => {
    try {
      const trial = await CodecTrial.open(codec, room);
      await carryAll(trial);
      const bytes = compress(trial);
      await standDamage(trial);
      await standBombs(trial);
      return {
        passed: true,
        explanation: `All values came back as they were; the document takes ${bytes}; no damaged frame made it throw, and what unpacks to more than the limit was refused. The worker did every ordinary task in between.`,
      };
    } catch (error) {
      if (!(error instanceof TrialOver)) throw error;
      return { passed: false, explanation: error.message };
    }
  });
}

/** Values that are easily lost. */
const VALUES: Record<string, Payload> = {
  "an ordinary task": "Task_1_payload",
  "text beyond ASCII": "Zürich 🚆",
  null: null,
  numbers: [0.1, -1, 1e21, 2 ** 53 - 1],
  "objects in arrays in objects": { a: [{ b: [[], {}] }, "", false] },
  "a document": realPayloads()["a document"]!,
};

async function carryAll(trial: CodecTrial): Promise<void> {
  for (const [what, data] of Object.entries(VALUES)) await trial.carry(what, data);
}

/** @returns the two sizes, in words. */
function compress(trial: CodecTrial): string {
  const task = taskOf(VALUES["a document"]!);
  const [plain, own] = [jsonCodec.encode(task), trial.encode(task)].map(sizeOf) as [number, number];
  const sizes = `${own} bytes, in JSON ${plain}`;
  if (own < plain) return sizes;
  throw new TrialOver(
    `every value comes back as it was, but nothing gets smaller: the document takes ${sizes}.`,
  );
}

async function standDamage(trial: CodecTrial): Promise<void> {
  const [frame] = trial.encode(taskOf(VALUES["a document"]!));
  for (const [what, damaged] of Object.entries(damages(frame!))) await trial.stand(what, damaged);
}

function damages(frame: Buffer): Record<string, Buffer> {
  const half = frame.length >> 1;
  const turned = Buffer.from(frame);
  turned[half]! ^= 1;
  return {
    "a frame cut in half": frame.subarray(0, half),
    "a frame without its last byte": frame.subarray(0, -1),
    "a frame with one bit turned": turned,
    "an empty frame": Buffer.alloc(0),
    "a frame of plain JSON": jsonCodec.encode(taskOf("Task_1_payload"))[0]!,
    "a frame of noise": Buffer.from(Array.from({ length: 64 }, (_, n) => (n * 197 + 61) % 256)),
  };
}

const BOMB_BYTES = 16 * MAX_FRAME_BYTES;

/** Small frames that unpack to 16 MiB, in each of Node's formats: a stranger knows which one it is, the check does not. */
async function standBombs(trial: CodecTrial): Promise<void> {
  const [json] = jsonCodec.encode({ ...taskOf("a".repeat(BOMB_BYTES)), task_id: "bomb" });
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const bombs = [gzipSync, deflateSync, deflateRawSync].map((zip) => zip(json!));
  for (const bomb of [...bombs, brotliCompressSync(json!, quick)])
    await trial.stand(`a frame of ${bomb.length} bytes that unpacks to 16 MiB`, bomb);
  if (!trial.started.includes("bomb")) return;
  throw new TrialOver(
    "a frame of a few kilobytes unpacked to 16 MiB, and the worker worked on it. Its limit of 1 MiB is on the frame; what unpacks needs one of its own: see `maxOutputLength` among zlib's options.",
  );
}

function taskOf(data: Payload): TaskMessage {
  return { task_id: "a-task", data, timestamp: 1_767_225_600 };
}

function sizeOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0);
}
