/** Reading what somebody else produces, for no longer than one is wanted. */
import { unlessAborted } from "../../../transport/patience";

/**
 * Yields what `source` yields. When `signal` aborts it throws at once, whatever the source waits for, and
 * tells the source that no more is wanted.
 */
export async function* untilStopped<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const iterator: Iterator<T> | AsyncIterator<T> =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let isExhausted = false;
  try {
    for (;;) {
      const next = await unlessAborted<IteratorResult<T>>(iterator.next(), signal);
      if ((isExhausted = next.done === true)) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a generator that is waiting for something answers only when that has come.
    if (!isExhausted) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
