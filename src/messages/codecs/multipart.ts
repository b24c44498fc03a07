/** Multipart: JSON in the first frame, and each Uint8Array in a frame of its own behind it: binary data without base64. */
import { isUint8Array } from "node:util/types";
import { refuse, type Codec } from "../codec";
import { MAX_DEPTH, type Carries, type Payload } from "../payload";
import { checkCarried, findUncarried } from "./carried";
import { readJson } from "./json";

/** How many Uint8Arrays a message may hold: each is a frame of its own, and a frame costs both sides more than its bytes. */
export const MAX_BINARY_FRAMES = 100;

/** In the JSON, `{ "$frame": n }` stands for the data of frame n; the JSON itself is frame 0. */
const FRAME_KEY = "$frame";

const carries: Carries = { binary: true, nonFinite: false, loneSurrogates: true, protoKeys: true };

/**
 * It carries what JSON does, and binary data, which is copied when it is sent: zeromq.js reads a buffer after `send` has
 * returned. Without binary data a message is the same bytes as in JSON. An object with a key "$frame" is refused.
 * Binary data that arrives is the frame itself, not a copy.
 */
export const multipartCodec: Codec = {
  name: "multipart",
  multipart: true,
  encode(message) {
    checkCarried(message, "JSON with binary frames", carries);
    const binaries: Buffer[] = [];
    const json = JSON.stringify(takeOut(message as unknown as Payload, "", binaries));
    if (binaries.length <= MAX_BINARY_FRAMES) return [Buffer.from(json), ...binaries];
    const problem = `${binaries.length} Uint8Arrays, the limit is ${MAX_BINARY_FRAMES}`;
    throw new RangeError(`Cannot send ${message.task_id}: ${problem}`);
  },
  decode(frames) {
    const [first = new Uint8Array(), ...binaries] = frames;
    if (binaries.length > MAX_BINARY_FRAMES) {
      const reason = `${binaries.length} frames of binary data, the limit is ${MAX_BINARY_FRAMES}`;
      return refuse("wrong-frames", reason);
    }
    const json = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    const parsed = readJson(json, MAX_DEPTH + 1); // a reference is a level that its data is not
    if (!parsed.ok) return parsed;
    const placement = new Placement(binaries);
    const message = placement.fill(parsed.message as Payload);
    const problem = placement.problem ?? placement.leftOver;
    if (problem) return refuse("wrong-frames", problem);
    return findUncarried(message, carries) ?? { ok: true, message };
  },
};

/** Gives the value with references in place of its binary data, which it adds to `binaries`; the value itself stays as it is. */
function takeOut(value: Payload, place: string, binaries: Buffer[]): Payload {
  if (typeof value !== "object" || value === null) return value;
  if (isUint8Array(value)) return { [FRAME_KEY]: binaries.push(Buffer.from(value)) };
  if (Array.isArray(value))
    return value.map((part, index) =>
      typeof part === "object" ? takeOut(part, `${place}[${index}]`, binaries) : part,
    );
  if (Object.hasOwn(value, FRAME_KEY)) {
    const reason = `it has a key "${FRAME_KEY}", which stands for a frame of binary data`;
    throw new TypeError(`Cannot send "${place}" as JSON with binary frames: ${reason}.`);
  }
  const parts = Object.entries(value).map(([key, part]) => {
    return [key, takeOut(part, place ? `${place}.${key}` : key, binaries)] as const;
  });
  return Object.fromEntries(parts);
}

/** Puts frames where their references are: each in one place. */
class Placement {
  /** What is wrong with the references. */
  problem: string | undefined;
  private readonly used = new Set<number>();

  constructor(private readonly binaries: readonly Uint8Array[]) {}

  /** Says which frame no reference named. */
  get leftOver(): string | undefined {
    const index = this.binaries.findIndex((_, index) => !this.used.has(index + 1));
    return index < 0 ? undefined : `frame ${index + 1} belongs nowhere: no {"$frame":${index + 1}}`;
  }

  /** Gives the value with frames in place of references. */
  fill(value: Payload): Payload {
    if (typeof value !== "object" || value === null || isUint8Array(value)) return value;
    if (Array.isArray(value)) return value.map((part) => this.fill(part));
    if (Object.hasOwn(value, FRAME_KEY)) return this.frameFor(value);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.fill(part)]));
  }

  private frameFor(reference: { [key: string]: Payload }): Payload {
    const n = reference[FRAME_KEY];
    const frame = typeof n === "number" ? this.binaries[n - 1] : undefined;
    const count = this.binaries.length;
    if (!frame || Object.keys(reference).length > 1)
      this.problem ??= `${JSON.stringify(reference).slice(0, 60)} names none of the ${count} frames of binary data`;
    else if (this.used.has(n as number)) this.problem ??= `frame ${n as number} has two places`;
    this.used.add(n as number);
    return frame ? new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength) : null;
  }
}
