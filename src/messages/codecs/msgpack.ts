/** MessagePack (msgpack.org): like JSON, but binary, and with binary data in it. */
import { isUint8Array } from "node:util/types";
import { Decoder, Encoder } from "@msgpack/msgpack";
import { onlyFrame, refuse, type Codec } from "../codec";
import { MAX_DEPTH, type Carries, type Payload } from "../payload";
import { checkCarried } from "./carried";
import { withHint } from "./look-alike";
import { inspectMsgpack } from "./msgpack/inspection";

const carries: Carries = { binary: true, nonFinite: true, loneSurrogates: false, protoKeys: false };

/**
 * A message is a map with the same fields as in JSON. It carries binary data and NaN, but no dates or other
 * extension types, no whole numbers that JavaScript would round, and no key "__proto__"; -0 arrives as 0.
 * Of a key that comes twice the last counts. Binary data that arrives is a view into the frame, not a copy.
 */
export const msgpackCodec: Codec = {
  name: "msgpack",
  multipart: false,
  encode(message) {
    checkCarried(message, "MessagePack", carries);
    const bytes = encoder.encode(message);
    return [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  },
  decode(frames) {
    const only = onlyFrame(frames);
    if (!only.ok) return only;
    const { frame } = only;
    let hasMark = false;
    const problem = inspectMsgpack(frame, (start) => (hasMark ||= isMark(frame, start)));
    if (problem?.code === "too-deep") return problem;
    if (problem) return notMsgpack(problem.reason, frame);
    const bytes = new Uint8Array(frame.buffer, frame.byteOffset, frame.length);
    try {
      return { ok: true, message: hasMark ? decodeWithMarks(bytes) : decoder.decode(bytes) };
    } catch (error) {
      return notMsgpack((error as Error).message, frame);
    }
  },
};

const encoder = new Encoder({ maxDepth: MAX_DEPTH + 1 }); // what is in the innermost array counts as a level too
const decoder = new Decoder();

function notMsgpack(reason: string, frame: Buffer) {
  return refuse("not-msgpack", withHint(`not MessagePack: ${reason}`, frame, "MessagePack"));
}

/** Tells whether a text begins with a byte order mark, U+FEFF, as some text files do. */
function isMark(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

/** The library drops a byte order mark of texts over 200 bytes. This way it leaves texts as bytes, and they are read here. */
function decodeWithMarks(bytes: Uint8Array): unknown {
  const texts = new Set<number>();
  inspectMsgpack(asBuffer(bytes), (start) => texts.add(bytes.byteOffset + start));
  return readTexts(rawDecoder.decode(bytes) as Payload, texts);
}

const rawDecoder = new Decoder({
  rawStrings: true,
  keyDecoder: {
    canBeCached: () => true,
    decode: (bytes, start, length) => asBuffer(bytes).toString("utf8", start, start + length),
  },
});

/** Turns those bytes into text that begin at one of these places in memory. */
function readTexts(value: Payload, texts: Set<number>): Payload {
  if (isUint8Array(value)) return texts.has(value.byteOffset) ? asBuffer(value).toString() : value;
  if (Array.isArray(value)) return value.map((part) => readTexts(part, texts));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, readTexts(part, texts)] as const);
  return Object.fromEntries(parts);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
