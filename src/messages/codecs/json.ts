/** JSON (rfc8259): one frame of UTF-8 text, which every language reads. */
import { isUtf8 } from "node:buffer";
import { onlyFrame, refuse, type Codec, type FrameProblem } from "../codec";
import { nestingDepth } from "../json-value";
import { MAX_DEPTH, type Carries } from "../payload";
import { checkCarried, findUncarried } from "./carried";
import { withHint } from "./look-alike";

const carries: Carries = { binary: false, nonFinite: false, loneSurrogates: true, protoKeys: true };

/** The tutorial's own format. It carries no binary data and no NaN; -0 arrives as 0. */
export const jsonCodec: Codec = {
  name: "json",
  multipart: false,
  encode(message) {
    checkCarried(message, "JSON", carries);
    return [Buffer.from(JSON.stringify(message))];
  },
  decode(frames) {
    const only = onlyFrame(frames);
    if (!only.ok) return only;
    const parsed = readJson(only.frame, MAX_DEPTH);
    if (!parsed.ok) return parsed;
    return findUncarried(parsed.message, carries) ?? parsed; // 1e999 is JSON, and Infinity
  },
};

/** Reads a text that came from outside. */
export function readJson(
  frame: Buffer,
  maxDepth: number,
): { ok: true; message: unknown } | FrameProblem {
  if (!isUtf8(frame))
    return refuse("not-utf8", withHint("the bytes are not UTF-8 text", frame, "JSON"));
  const text = frame.toString();
  const depth = nestingDepth(text);
  if (depth > maxDepth)
    return refuse("too-deep", `nested ${depth} deep, the limit is ${MAX_DEPTH}`);
  try {
    return { ok: true, message: JSON.parse(text) };
  } catch (error) {
    return refuse("not-json", withHint((error as Error).message, frame, "JSON"));
  }
}
