/** JSON (rfc8259): one frame of UTF-8 text, which every language reads. */
import { isUtf8 } from "node:buffer";
import { onlyFrame, refuse, type Codec, type FrameProblem } from "../codec";
import { nestingDepth, toJson } from "../json-value";
import { MAX_DEPTH } from "../payload";

/** The tutorial's own format. It carries no binary data and no NaN; -0 arrives as 0. */
export const jsonCodec: Codec = {
  name: "json",
  multipart: false,
  encode(message) {
    const json = toJson(message);
    const depth = tooDeep(json);
    if (depth) throw new RangeError(`Cannot send ${message.task_id}: ${depth.reason}`);
    return [Buffer.from(json)];
  },
  decode(frames) {
    const only = onlyFrame(frames);
    return only.ok ? readJson(only.frame) : only;
  },
};

/** Reads a text that came from outside. */
export function readJson(frame: Buffer): { ok: true; message: unknown } | FrameProblem {
  if (!isUtf8(frame)) return refuse("not-utf8", "the bytes are not UTF-8 text");
  const text = frame.toString();
  const overdeep = tooDeep(text);
  if (overdeep) return overdeep;
  try {
    return { ok: true, message: JSON.parse(text) };
  } catch (error) {
    return refuse("not-json", (error as Error).message);
  }
}

function tooDeep(json: string): FrameProblem | undefined {
  const depth = nestingDepth(json);
  if (depth <= MAX_DEPTH) return undefined;
  return refuse("too-deep", `nested ${depth} deep, the limit is ${MAX_DEPTH}`);
}
