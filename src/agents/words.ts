/** Numbers and data as words in a log line. */
import type { Payload } from "../messages/payload";

/** "1 task", "2 tasks". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Data in one line; long data is cut after `most` characters. */
export function short(data: Payload, most = 80): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
