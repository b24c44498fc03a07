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

const carried = ["String", "Number", "Boolean", "Null", "Array", "Object"];

/** A replacer sees the holder as `this`, so it can look at a Date before toJSON has run. */
function refuseWhatJsonChanges(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  const kind = Object.prototype.toString.call(original).slice("[object ".length, -1);
  const isInfinite = typeof original === "number" && !Number.isFinite(original);
  if (carried.includes(kind) && !isInfinite) return value;
  const name = isInfinite || original === undefined ? String(original) : `a ${kind}`;
  throw new TypeError(
    `Cannot send "${key}" as JSON: it is ${name}. ` +
      "Send a string, a finite number, a boolean, null, an array or an object.",
  );
}

/** Tells how deep arrays and objects are nested in a JSON text, without recursion: 1 for `{}`. */
export function nestingDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === '"') index = endOfText(json, index);
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

/** Finds the quotation mark that ends a text: the next one with an even number of backslashes before it. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end > 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
