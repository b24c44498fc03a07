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

/** Finds the first thing in a message that cannot be carried; the message itself is level 1 of MAX_DEPTH. */
export function findObstacle(message: object, carries: Carries, level = 1): Obstacle | undefined {
  const obstacle = search(message, carries, level);
  return obstacle && { ...obstacle, place: obstacle.place.replace(/^\./, "") };
}

/** It goes no deeper than MAX_DEPTH, and puts a place together only on the way back from an obstacle. */
function search(value: unknown, carries: Carries, depth: number): Obstacle | undefined {
  const what = obstacleIn(value, carries);
  if (what) return { code: "not-carried", place: "", what };
  if (typeof value !== "object" || value === null || isUint8Array(value)) return undefined;
  if (depth > MAX_DEPTH)
    return { code: "too-deep", place: "", what: `nested deeper than the limit of ${MAX_DEPTH}` };
  return Array.isArray(value)
    ? searchArray(value, carries, depth)
    : searchObject(value as Record<string, unknown>, carries, depth);
}

function searchArray(array: unknown[], carries: Carries, depth: number): Obstacle | undefined {
  for (let index = 0; index < array.length; index++) {
    const found = search(array[index], carries, depth + 1);
    if (found) return { ...found, place: `[${index}]${found.place}` };
  }
  return undefined;
}

function searchObject(
  object: Record<string, unknown>,
  carries: Carries,
  depth: number,
): Obstacle | undefined {
  for (const key of Object.keys(object)) {
    const found = search(object[key], carries, depth + 1);
    if (found) return { ...found, place: `.${key}${found.place}` };
  }
  return undefined;
}

/** Says what a value is that cannot be carried, whatever is in it. */
function obstacleIn(value: unknown, carries: Carries): string | undefined {
  if (typeof value === "string")
    return carries.loneSurrogates || value.isWellFormed()
      ? undefined
      : "a text with half a surrogate pair";
  if (typeof value === "number")
    return carries.nonFinite || Number.isFinite(value) ? undefined : String(value);
  if (value === undefined) return "undefined";
  if (value === null || typeof value === "boolean" || Array.isArray(value)) return undefined;
  if (isUint8Array(value)) return carries.binary ? undefined : "a Uint8Array";
  if (isPlainObject(value)) return obstacleInKeys(Object.keys(value), carries);
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return kind === "Object" ? "an instance of a class" : `a ${kind}`;
}

/** Not instanceof: a notebook's cells have an Object of their own, whose prototype has none either. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function obstacleInKeys(keys: string[], carries: Carries): string | undefined {
  if (!carries.protoKeys && keys.includes("__proto__")) return 'an object with a key "__proto__"';
  if (!carries.loneSurrogates && !keys.every((key) => key.isWellFormed()))
    return "a key with half a surrogate pair";
  return undefined;
}
