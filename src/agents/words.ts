/** Numbers and data as words in a log line. */
import { isUint8Array } from "node:util/types";
import type { Payload } from "../messages/payload";

/** "1 task", "2 tasks". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Data in one line; of binary data only the size, and long data is cut after `most` characters. */
export function short(data: Payload, most = 80): string {
  const named = withoutJson(data) ?? data;
  const text = typeof named === "string" ? named : JSON.stringify(named, nameWhatIsNotJson);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A replacer sees the holder as `this`, so it can look at a Buffer before toJSON has run. */
function nameWhatIsNotJson(this: unknown, key: string, value: unknown): unknown {
  return withoutJson((this as Record<string, Payload>)[key]) ?? value;
}

/** Words for what JSON has none for. */
function withoutJson(data: Payload | undefined): string | undefined {
  if (isUint8Array(data)) return `<${plural(data.length, "byte")}>`;
  return typeof data === "number" && !Number.isFinite(data) ? String(data) : undefined;
}
