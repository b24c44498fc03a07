/**
 * What the kernel's thread and the watcher of interrupts know of each other: one shared word.
 *
 *     idle ──▶ starting ──▶ running ◀──▶ shielded      the kernel's moves; from each back to idle
 *                 │            │            │
 *                 ▼            ▼            ▼
 *              refused       broken ◀──── doomed       the watcher's moves, at an interrupt (the last is the kernel's)
 */
export const CellState = {
  /** No cell, or one that awaits: the kernel's event loop turns and hears the interrupt itself. */
  idle: 0,
  /** A cell compiles. */
  starting: 1,
  /** The synchronous part of a cell runs. */
  running: 2,
  /** It runs the kernel's own code, which is not to be cut off in the middle. */
  shielded: 3,
  /** The cell that compiles shall not run. */
  refused: 4,
  /** The kernel's own code ends what it does; then the cell's code is cut off. */
  doomed: 6,
  /** The cell's code is about to be cut off. */
  broken: 5,
} as const;

/** Goes from one state to the other; false when another state was there, and then changes nothing. */
export function moveOn(state: Int32Array, from: number, to: number): boolean {
  return Atomics.compareExchange(state, 0, from, to) === from;
}
