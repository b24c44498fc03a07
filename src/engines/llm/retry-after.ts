/** How long a server wants to be left alone: the header Retry-After (RFC 9110, 10.2.3). */

/**
 * Reads it, in milliseconds: seconds or a date, or "retry-after-ms", which OpenAI sends and which is more exact.
 * A date that is over is 0; undefined when there is none, or none that can be read.
 */
export function readRetryAfterMs(
  headers: Record<string, string | undefined>,
  now: number,
): number | undefined {
  const exact = readNumber(headers["retry-after-ms"]);
  if (exact !== undefined) return exact;
  const text = headers["retry-after"];
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(text ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
