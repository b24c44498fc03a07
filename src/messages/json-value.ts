/** What JSON can carry: nothing more survives the wire (no undefined, no NaN, no Date, no BigInt). */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Writes a value as JSON.
 * @throws TypeError where JSON.stringify would change the value without a word, naming the place.
 */
export function toJson(value: object): string {
  return JSON.stringify(value, refuseWhatJsonChanges);
}

/** A replacer sees the holder as `this`, so it can look at a Date before toJSON has run. */
function refuseWhatJsonChanges(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  const kind = original instanceof Date ? "a Date" : typeof value;
  const refused =
    kind === "number" ? !Number.isFinite(value) : !["string", "boolean", "object"].includes(kind);
  if (!refused) return value;
  throw new TypeError(
    `Cannot send "${key}" as JSON: it is ${kind === "number" ? String(value) : kind}. ` +
      "Send a string, a finite number, a boolean, null, an array or an object.",
  );
}
