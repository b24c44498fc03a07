/**
 * Looks through a frame before the library decodes it. The library takes broken UTF-8 for text, rounds
 * whole numbers that JavaScript cannot hold, and reserves room for whatever an array claims to hold.
 */
import { isUtf8 } from "node:buffer";
import { refuse, type FrameProblem } from "../../codec";
import { MAX_DEPTH } from "../../payload";
import { layouts, type Layout } from "./layouts";

/**
 * Says why a frame must not be decoded; undefined when it may. It needs no recursion, and no memory to speak of.
 * `onText` learns where each text begins.
 */
export function inspectMsgpack(
  bytes: Buffer,
  onText: (start: number) => void,
): FrameProblem | undefined {
  const open: Container[] = [{ isMap: false, lacks: 1 }]; // the frame lacks its one value
  let position = 0;
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    if (inner.lacks === 0) {
      open.pop();
      continue;
    }
    const isKey = inner.isMap && inner.lacks % 2 === 0;
    inner.lacks--;
    const first = bytes[position];
    const { kind, sizeBytes, size: fixedSize } = layouts[first ?? 0]!;
    const start = position + 1 + sizeBytes;
    if (start > bytes.length) return endsEarly();
    const size = sizeBytes > 0 ? bytes.readUIntBE(position + 1, sizeBytes) : fixedSize;
    const lacks = kind === "map" ? size * 2 : size;
    if (start + lacks > bytes.length) return endsEarly(); // each value takes a byte at least
    const problem = findProblem(bytes, kind, start, size, isKey);
    if (problem) return refuse("not-msgpack", `${problem}, at byte ${position}`);
    if (kind === "text") onText(start);
    position = start;
    if (kind !== "array" && kind !== "map") position += size;
    else if (open.length > MAX_DEPTH) return tooDeep();
    else open.push({ isMap: kind === "map", lacks });
  }
  if (position === bytes.length) return undefined;
  return refuse("not-msgpack", `${bytes.length - position} bytes behind the end of the message`);
}

/** An array or map whose values are being read, and how many it still lacks: a pair is two. */
interface Container {
  isMap: boolean;
  lacks: number;
}

/** Looks at one value, apart from what is in it. */
function findProblem(
  bytes: Buffer,
  kind: Layout["kind"],
  start: number,
  size: number,
  isKey: boolean,
): string | undefined {
  if (kind === "text") {
    return isText(bytes, start, start + size) ? undefined : "a text that is not UTF-8";
  }
  if (isKey) return "a key that is not text";
  if (kind === "uint64" || kind === "int64") {
    const number = kind === "uint64" ? bytes.readBigUInt64BE(start) : bytes.readBigInt64BE(start);
    if (number > Number.MAX_SAFE_INTEGER || number < Number.MIN_SAFE_INTEGER)
      return `the whole number ${number}, which JavaScript cannot hold exactly`;
  }
  if (kind === "extension") return "an extension type, such as a date";
  if (kind === "unused") return "a byte that means nothing";
  return undefined;
}

/** Most texts are short and ASCII: those are read in less time than it takes to ask. */
function isText(bytes: Buffer, start: number, end: number): boolean {
  const enough = Math.min(end, start + 64);
  let position = start;
  while (position < enough && bytes[position]! < 0x80) position++;
  return position === end || isUtf8(bytes.subarray(position, end));
}

function endsEarly(): FrameProblem {
  return refuse("not-msgpack", "the bytes end in the middle of a value");
}

function tooDeep(): FrameProblem {
  return refuse("too-deep", `nested deeper than the limit of ${MAX_DEPTH}`);
}
