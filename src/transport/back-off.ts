/** How long to wait before the next try: longer after each failure, so that many who retry do not finish off who is down. */

/** The wait after the n-th failure in a row, n from 1: `firstMs`, doubled each time, `mostMs` at the most. */
export function backOff(failures: number, firstMs: number, mostMs: number): number {
  const doublings = Math.min(failures - 1, 100); // 2 ** 1024 is Infinity, and 0 * Infinity is NaN
  return Math.min(firstMs * 2 ** doublings, mostMs);
}
