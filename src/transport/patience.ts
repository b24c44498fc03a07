/** Waits that end: with what was waited for, with a word about what did not come, or with a signal. */
import type { MessageLike, Readable, Socket, Writable } from "zeromq";

/** setTimeout cannot wait longer, in milliseconds: 24.8 days, which stand for "for ever". */
export const LONGEST_MS = 2 ** 31 - 1;

/**
 * Runs `wait` with a signal that aborts when `signal` does, or after `timeoutMs`.
 * @throws Error with the text of `explain()` when the time is over.
 */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  wait: (signal: AbortSignal) => Promise<T>,
  explain: () => string,
): Promise<T> {
  const expired = new AbortController();
  // Unlike AbortSignal.timeout this timer keeps Node alive: a socket that only waits does not.
  const timer = setTimeout(() => expired.abort(), Math.min(timeoutMs, LONGEST_MS));
  try {
    return await wait(signal ? AbortSignal.any([signal, expired.signal]) : expired.signal);
  } catch (error) {
    if (expired.signal.aborted && !signal?.aborted) throw new Error(explain(), { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Gives what `promise` gives, or rejects as soon as `signal` aborts, whatever the promise does then. */
export async function unlessAborted<T>(
  promise: T | Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return promise;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() =>
    signal.removeEventListener("abort", onAbort),
  );
}

/** How often a wait looks up to see whether it still makes sense. */
const LOOK_UP_MS = 50;

/**
 * Yields every message that arrives, until nothing is left to read and `isOver()`. Unless `multipart`, a
 * message is one frame, and so is each frame of a multipart message. Throws when the socket is closed meanwhile.
 */
export async function* receiveUntil(
  socket: Socket & Readable,
  isOver: () => boolean,
  { multipart }: { multipart: boolean } = { multipart: false },
): AsyncGenerator<Buffer[]> {
  socket.receiveTimeout = LOOK_UP_MS;
  for (;;) {
    try {
      const frames = (await socket.receive()) as Buffer[];
      if (multipart) yield frames;
      else yield* frames.map((frame) => [frame]);
    } catch (error) {
      if (!isTimeout(error) || socket.closed) throw error;
      if (isOver()) return;
    }
  }
}

/**
 * Sends a message; while queues are full it waits, which is how a slow receiver slows the sender down.
 * @returns false when `isOver()` before the message could be handed over.
 */
export async function sendUntil(
  socket: Socket & Writable<MessageLike[]>,
  frames: Buffer[],
  isOver: () => boolean,
): Promise<boolean> {
  socket.sendTimeout = LOOK_UP_MS;
  for (;;) {
    if (isOver()) return false;
    try {
      await socket.send(frames);
      return true;
    } catch (error) {
      if (!isTimeout(error) || socket.closed) throw error;
    }
  }
}

/** EAGAIN is what zeromq.js says when the time of a send or receive is over, and when it is closed. */
function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EAGAIN";
}
