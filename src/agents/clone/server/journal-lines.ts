/** The lines of a Clone server's journal, and what they add up to. Pure. */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { isKey } from "../../../messages/clone/keys";
import { parseValue } from "../../../messages/clone/value";
import type { Memory } from "./journal";

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const isJson = (text: string) => parseValue(Buffer.from(text), Infinity).ok;

const header = z.strictObject({ clone: z.literal(1), sequence: count });
const update = z.strictObject({
  sequence: count,
  key: z.string().refine(isKey, "is no key"),
  value: z.string().refine(isJson, "is no JSON").nullable(),
  expiresAt: z.number().optional(),
  writer: z.string().optional(),
  number: count.optional(),
});
const writer = z.strictObject({
  writer: z.string(),
  number: count,
  refused: z.string().optional(),
});

/** A line: the first; an update, or an entry that is left of it; what became of a writer's changes. */
export type JournalLine = z.infer<typeof header> | z.infer<typeof update> | z.infer<typeof writer>;

/**
 * Adds up a journal. A last line without an end is what a kill -9 leaves, and is passed over.
 * @throws Error naming the line, for any other damage.
 */
export function readJournal(bytes: Buffer, path: string): Memory {
  const end = bytes.lastIndexOf("\n") + 1;
  const reading: Reading = {
    sequence: 0,
    entries: new Map(),
    writers: new Map(),
    torn: bytes.length - end,
    newest: 0,
  };
  const whole = bytes.subarray(0, end || bytes.length); // a header is never torn
  let number = 0;
  for (const line of linesOf(whole)) {
    const problem = ++number === 1 ? readHeader(line, reading) : readLine(line, reading);
    if (problem) throw damage(path, `line ${number}`, problem);
  }
  if (!isUtf8(whole)) throw damage(path, "some line", "it is not UTF-8 text");
  const { newest, ...memory } = reading;
  return { ...memory, sequence: Math.max(memory.sequence, newest) };
}

/** One after the other: the text of all of them may be longer than a string can be (512 MiB). */
function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf("\n", start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}

/** What has been read so far. */
interface Reading extends Memory {
  /** The last update so far. */
  newest: number;
}

function damage(path: string, place: string, problem: string): Error {
  return new Error(
    `Cannot read ${place} of the journal ${path}: ${problem}. ` +
      "Nothing was changed. Mend it, or move the file away to begin with an empty map.",
  );
}

function readHeader(line: string, memory: Reading): string | undefined {
  const parsed = header.safeParse(fromJson(line));
  if (!parsed.success) return "it is no header of a journal";
  memory.sequence = parsed.data.sequence;
  return undefined;
}

function readLine(line: string, memory: Reading): string | undefined {
  const value = fromJson(line);
  if (typeof value !== "object" || value === null) return "it is no JSON object";
  const parsed = ("key" in value ? update : writer).safeParse(value);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; ");
  if ("key" in parsed.data) return takeUpdate(parsed.data, memory);
  takeWriter(parsed.data, memory);
  return undefined;
}

function takeUpdate(line: z.infer<typeof update>, memory: Reading): string | undefined {
  const { sequence, key, value, expiresAt } = line;
  if (sequence <= memory.newest) return `update ${sequence} comes after update ${memory.newest}`;
  memory.newest = sequence;
  memory.entries.delete(key);
  if (value !== null) memory.entries.set(key, { value: Buffer.from(value), sequence, expiresAt });
  if (line.writer !== undefined)
    takeWriter({ writer: line.writer, number: line.number ?? 0 }, memory);
  return undefined;
}

function takeWriter({ writer: name, number, refused }: z.infer<typeof writer>, memory: Reading) {
  const record = memory.writers.get(name) ?? { last: 0, refused: new Map<number, string>() };
  record.last = Math.max(record.last, number);
  if (refused !== undefined) record.refused.set(number, refused);
  memory.writers.delete(name);
  memory.writers.set(name, record);
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
