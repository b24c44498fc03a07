/** The values that a message may hold, and the search for those that it may not. */
import { isUint8Array } from "node:util/types";

/**
 * What a task or a result may hold. Which of it a codec can carry, the codec says: all of them carry
 * what JSON can, some carry binary data as well.
 */
export type Payload =
  string | number | boolean | null | Uint8Array | Payload[] | { [key: string]: Payload };

/** How deep arrays and objects may be nested: far less than what overflows the stack of whoever walks through them. */
export const MAX_DEPTH = 100;

/** What a codec carries besides well-formed texts, finite numbers, booleans, null, arrays and plain objects. */
export interface Carries {
  /** Uint8Array, which Buffer is as well. */
  binary: boolean;
  /** NaN, Infinity and -Infinity. */
  nonFinite: boolean;
  /** Texts with half of a surrogate pair, which UTF-8 has no bytes for. */
  loneSurrogates: boolean;
  /** "__proto__" as a key of an object. */
  protoKeys: boolean;
}

/** Something that cannot be carried, and where in the value it is: `data.pages[3]`. */
export interface Obstacle {
  code: "not-carried" | "too-deep";
  place: string;
  what: string;
}

/** Finds the first thing in a message that cannot be carried, without recursion. */
export function findObstacle(message: object, carries: Carries): Obstacle | undefined {
  const open: [value: unknown, place: string, depth: number][] = [[message, "", 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, place, depth] = next;
    const what = obstacleIn(value, carries);
    if (what) return { code: "not-carried", place, what };
    if (typeof value !== "object" || value === null || isUint8Array(value)) continue;
    if (depth > MAX_DEPTH)
      return { code: "too-deep", place, what: `nested deeper than the limit of ${MAX_DEPTH}` };
    const parts = Array.isArray(value)
      ? Array.from(value, (part: unknown, index) => [part, `${place}[${index}]`] as const)
      : Object.entries(value).map(
          ([key, part]) => [part, place ? `${place}.${key}` : key] as const,
        );
    for (const [part, name] of parts.reverse()) open.push([part, name, depth + 1]);
  }
  return undefined;
}

const kinds = ["Boolean", "Null", "Array", "Object"];

/** Says what a value is that cannot be carried, whatever is in it. */
function obstacleIn(value: unknown, carries: Carries): string | undefined {
  if (typeof value === "string")
    return carries.loneSurrogates || value.isWellFormed()
      ? undefined
      : "a text with half a surrogate pair";
  if (typeof value === "number")
    return carries.nonFinite || Number.isFinite(value) ? undefined : String(value);
  if (value === undefined) return "undefined";
  if (isUint8Array(value)) return carries.binary ? undefined : "a Uint8Array";
  // Not instanceof: a notebook's cells have an Object and a Date of their own.
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (!kinds.includes(kind)) return `a ${kind}`;
  return kind === "Object" ? obstacleInKeys(Object.keys(value as object), carries) : undefined;
}

function obstacleInKeys(keys: string[], carries: Carries): string | undefined {
  if (!carries.protoKeys && keys.includes("__proto__")) return 'an object with a key "__proto__"';
  if (!carries.loneSurrogates && !keys.every((key) => key.isWellFormed()))
    return "a key with half a surrogate pair";
  return undefined;
}
