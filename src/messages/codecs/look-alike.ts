/** Whose bytes they are, as far as one can tell by looking: for a hint in an error, not for a decision. */
import { isUtf8 } from "node:buffer";

/** Ends a reason with a guess, when the bytes look like those of another format than the expected one. */
export function withHint(reason: string, bytes: Buffer, expected: string): string {
  const format = lookAlike(bytes);
  if (!format || format === expected) return reason;
  return `${reason}; these bytes look like ${format}: do both sides use the same codec?`;
}

/** Names the format in which a message of ours would begin like that. */
function lookAlike(bytes: Buffer): string | undefined {
  const [first = 0, second = 0] = bytes;
  if (first === 0x7b && isUtf8(bytes)) return "JSON"; // "{"
  const isMap = (first > 0x80 && first < 0x90) || first === 0xde || first === 0xdf;
  if (isMap) return "MessagePack";
  const isEnvelope = (first === 0x0a || first === 0x12) && isLengthOfRest(bytes, second);
  return isEnvelope ? "Protobuf" : undefined;
}

/** Field 1 or 2 fills the whole message: its length, a varint, is that of the rest. */
function isLengthOfRest(bytes: Buffer, second: number): boolean {
  const isShort = second < 0x80;
  return isShort ? bytes.length === second + 2 : bytes.length > 0x81;
}
