/**
 * A file with every update of a Clone server, a line each, written before the update is published: what
 * a writer was promised outlives a kill -9 of the server (not a power cut: the disk may lag behind).
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import type { BoardEntry, BoardState, BoardUpdate } from "./board";
import { readJournal, type JournalLine } from "./journal-lines";
import type { WriterRecord } from "./writers";

/** What a journal remembers. */
export interface Memory extends BoardState {
  writers: Map<string, WriterRecord>;
  /** Bytes of a last line that was not written to its end: nobody was promised anything of it. */
  torn: number;
}

/** An open journal. */
export class Journal {
  readonly #file: number;

  private constructor(
    private readonly path: string,
    readonly memory: Memory,
  ) {
    this.#file = openSync(path, "a");
  }

  /**
   * Reads a journal, or begins one, and writes it anew without what is past.
   * @throws Error when the file cannot be read or written, or is damaged: then it stays as it is.
   */
  static open(path: string): Journal {
    const read = () => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
    const memory = readJournal(attempt("read", path, read), path);
    attempt("write", path, () => rewrite(path, memory));
    return attempt("write", path, () => new Journal(path, memory));
  }

  /** Writes an update down. @throws Error when it cannot: then it must not be published. */
  update(update: Omit<BoardUpdate, "after">, signature?: { writer: string; number: number }): void {
    this.#append({ ...toLine(update.key, update), ...signature });
  }

  /** Writes down that a change was refused, as its number counts. */
  refusal(writer: string, number: number, refused: string): void {
    this.#append({ writer, number, refused });
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(line: JournalLine): void {
    attempt("write", this.path, () => writeLine(this.#file, line));
  }
}

/** Writes a new file and puts it in place of the old one in one step: at no time is there half a journal. */
function rewrite(path: string, { sequence, entries, writers }: Memory): void {
  const lines: JournalLine[] = [{ clone: 1, sequence }];
  for (const [writer, { last: number, refused }] of writers) {
    lines.push({ writer, number });
    for (const [number, reason] of refused) lines.push({ writer, number, refused: reason });
  }
  for (const [key, entry] of entries) lines.push(toLine(key, entry));
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w");
  try {
    try {
      for (const line of lines) writeLine(file, line);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes a whole line or throws: on a disk that is nearly full, writeSync writes a part of it and says nothing. */
function writeLine(file: number, line: JournalLine): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function toLine(key: string, { value, sequence, expiresAt }: BoardEntry) {
  // As a text: what a peer wrote with more digits than a number of JavaScript has stays as it is.
  return { sequence, key, value: value.length > 0 ? value.toString() : null, expiresAt };
}

function attempt<T>(what: string, path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const { message } = error as Error;
    const advice = "It must be a file, in a folder that is there, where this user may write.";
    throw new Error(`Cannot ${what} the journal ${path}: ${message}. ${advice}`, { cause: error });
  }
}
