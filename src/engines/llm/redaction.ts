/** Keeps a key out of texts that others have written. */

/** What stands where the key was. */
const REDACTED = "[key]";

/** So many characters of a key in a row are taken for the key: a server may have cut it. */
const TELLING_CHARACTERS = 6;

/**
 * Makes a function that takes every trace of a key out of a text: as it is, in a part of some length, in other
 * capitals, written for a URL, as base64 or hex, alone or within a header.
 */
export function createRedaction(key: string | undefined): (text: string) => string {
  if (!key) return (text) => text;
  const forms = formsOf(key).map(inSmallLetters);
  const window = Math.min(TELLING_CHARACTERS, key.length);
  return (text) => redact(text, forms, window);
}

function redact(text: string, forms: string[], window: number): string {
  const small = inSmallLetters(text);
  const matches = (from: number, length: number) =>
    forms.some((form) => form.includes(small.slice(from, from + length)));
  let clean = "";
  for (let at = 0; at < text.length;) {
    if (at + window > text.length || !matches(at, window)) {
      clean += text[at++];
      continue;
    }
    let length = window;
    while (at + length < text.length && matches(at, length + 1)) length++;
    clean += REDACTED;
    at += length;
  }
  return clean;
}

function formsOf(key: string): string[] {
  const bytes = Buffer.from(key);
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const quoted = JSON.stringify(key).slice(1, -1);
  return [key, encodeURIComponent(key), everyByte, quoted, bytes.toString("hex"), ...base64(bytes)];
}

/** Base64 looks different for each of the three places where a key may begin in a longer text. */
function base64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const ownLetters = [0, 2, 3][before]!; // those before hold bits of something else as well
    return (["base64", "base64url"] as const).map((form) =>
      shifted.toString(form).replaceAll("=", "").slice(ownLetters),
    );
  });
}

/** Only A to Z: other letters may change their length. */
function inSmallLetters(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
