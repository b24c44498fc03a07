/** The values of a shared map: JSON, as a text of UTF-8. */
import { refuse, type Parsed } from "../codec";
import { readJson } from "../codecs/json";
import { MAX_DEPTH } from "../payload";
import { toJson, type JsonValue } from "../json-value";

/** Reads a value that is not empty. */
export function parseValue(value: Buffer, maxBytes: number): Parsed<JsonValue> {
  if (value.length > maxBytes)
    return refuse("too-large", `a value of ${value.length} bytes, the limit is ${maxBytes}`);
  return readJson(value, MAX_DEPTH) as Parsed<JsonValue>;
}

/**
 * Writes a value.
 * @throws TypeError when JSON would change it without a word; RangeError when it is larger or deeper than its receivers accept.
 */
export function encodeValue(value: JsonValue, maxBytes: number): Buffer {
  toJson({ value });
  const frame = Buffer.from(JSON.stringify(value));
  const parsed = parseValue(frame, maxBytes);
  if (!parsed.ok) throw new RangeError(`Cannot send the value: ${parsed.reason}`);
  return frame;
}
