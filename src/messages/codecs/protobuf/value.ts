/** Between a payload and the schema's `Value`, which says of every value what kind it is. */
import { isUint8Array } from "node:util/types";
import { MAX_DEPTH, type Payload } from "../../payload";

/** A `Value` of pipeline.proto: exactly one of these is there. */
export interface WireValue {
  null?: 0;
  number?: number;
  text?: string;
  boolean?: boolean;
  binary?: Uint8Array;
  list?: { values: WireValue[] };
  struct?: { fields: Record<string, WireValue> };
  numbers?: { values: number[] };
}

/** Says what kind a value is, all the way down. It must have passed `checkCarried`. */
export function toWireValue(value: Payload): WireValue {
  if (typeof value === "number") return { number: value };
  if (typeof value === "string") return { text: value };
  if (typeof value === "boolean") return { boolean: value };
  if (value === null) return { null: 0 };
  if (isUint8Array(value)) return { binary: value };
  if (isNumbers(value)) return { numbers: { values: value } };
  if (Array.isArray(value)) return { list: { values: value.map(toWireValue) } };
  const fields = Object.create(null) as Record<string, WireValue>; // where "__proto__" is a key like any other
  for (const key of Object.keys(value)) fields[key] = toWireValue(value[key]!);
  return { struct: { fields } };
}

/** The value that was meant. @throws WireValueError when that cannot be told, or it is nested too deep. */
export function fromWireValue(wire: WireValue, depth = 1): Payload {
  const [kind] = Object.keys(wire) as (keyof WireValue)[];
  switch (kind) {
    case "null":
      return null;
    case "list":
      return within(depth, wire.list!.values).map((part) => fromWireValue(part, depth + 1));
    case "struct":
      return fromFields(within(depth, wire.struct!.fields), depth);
    case "numbers":
      return [...within(depth, wire.numbers!.values)];
    case undefined:
      throw new WireValueError("wrong-shape", "a Value of no kind that this program knows");
    default:
      return wire[kind]!;
  }
}

/** Why a `Value` gives no payload. */
export class WireValueError extends Error {
  constructor(
    readonly code: "wrong-shape" | "too-deep",
    message: string,
  ) {
    super(message);
  }
}

function within<Parts>(depth: number, parts: Parts): Parts {
  if (depth < MAX_DEPTH) return parts; // the message around the data is one level as well
  throw new WireValueError("too-deep", `nested deeper than the limit of ${MAX_DEPTH}`);
}

function fromFields(fields: Record<string, WireValue>, depth: number): Payload {
  const parts = Object.entries(fields).map(
    ([key, part]) => [key, fromWireValue(part, depth + 1)] as const,
  );
  return Object.fromEntries(parts); // unlike an assignment it makes "__proto__" a key like any other
}

function isNumbers(value: Payload): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "number")
  );
}
