/**
 * The five frames of the Clustered Hashmap Protocol (rfc.zeromq.org/spec/12, CHP): key, sequence number,
 * UUID, properties, value. What they mean is in clone.ts.
 */
import { isUtf8 } from "node:buffer";
import { refuse, type Parsed } from "../codec";

/** One message of CHP, but for ICANHAZ. */
export interface KeyValueMessage {
  /** The name of an entry, or of a command: "KTHXBAI", "HUGZ". */
  key: string;
  sequence: number;
  /** 16 bytes, or none. */
  uuid: Buffer;
  properties: Property[];
  /** Empty when the entry is to go. */
  value: Buffer;
}

/** A line "name=value" of the properties; a name may come more than once. */
export type Property = readonly [name: string, value: string];

const empty = Buffer.alloc(0);

/** The largest properties frame, in bytes: 1 MiB. Those of a HUGZ of many subtrees are long. */
export const MAX_PROPERTIES_BYTES = 1024 * 1024;

/** The largest key, in bytes: of 200 characters none takes more than 4. */
const MAX_KEY_BYTES = 800;

/** Writes the five frames. */
export function encodeKeyValue(
  message: Pick<KeyValueMessage, "key"> & Partial<KeyValueMessage>,
): Buffer[] {
  const { key, sequence = 0, uuid = empty, properties = [], value = empty } = message;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(sequence));
  const lines = properties.map(([name, text]) => `${name}=${text}\n`).join("");
  return [Buffer.from(key), number, uuid, Buffer.from(lines), value];
}

/** Reads the five frames; what key and value may hold, and how large a value may be, is the receiver's matter. */
export function parseKeyValue(frames: readonly Buffer[]): Parsed<KeyValueMessage> {
  if (frames.length !== 5) return refuse("wrong-frames", `${frames.length} frames in place of 5`);
  const [name, number, uuid, lines, value] = frames as [Buffer, Buffer, Buffer, Buffer, Buffer];
  if (name.length > MAX_KEY_BYTES) return refuse("too-large", `a key of ${name.length} bytes`);
  if (lines.length > MAX_PROPERTIES_BYTES)
    return refuse("too-large", `properties of ${lines.length} bytes`);
  if (!isUtf8(name) || !isUtf8(lines))
    return refuse("not-utf8", "the key or a property is not UTF-8 text");
  if (number.length !== 8)
    return refuse("wrong-shape", `a sequence number of ${number.length} bytes in place of 8`);
  const sequence = Number(number.readBigUInt64BE());
  if (!Number.isSafeInteger(sequence))
    return refuse("wrong-shape", `sequence number ${sequence} is too high`);
  if (uuid.length !== 0 && uuid.length !== 16)
    return refuse("wrong-shape", `a UUID of ${uuid.length} bytes in place of 16 or none`);
  const properties = parseProperties(lines.toString());
  if (!properties) return refuse("wrong-shape", "a property is not of the form name=value");
  return { ok: true, message: { key: name.toString(), sequence, uuid, properties, value } };
}

function parseProperties(text: string): Property[] | undefined {
  const properties: Property[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const equals = line.indexOf("=");
    if (equals < 1) return undefined;
    properties.push([line.slice(0, equals), line.slice(equals + 1)]);
  }
  return properties;
}

/** Gives the value of the first property of this name. */
export function propertyOf(properties: readonly Property[], name: string): string | undefined {
  return properties.find(([other]) => other === name)?.[1];
}
