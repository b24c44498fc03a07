/** What will be written, what will go wrong, and when: the same for the same seed. Pure. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { checkWholeNumbers } from "../../agents/options";

/** One change of a writer. */
export interface PlannedChange {
  key: string;
  /** What is set; the entry is deleted without. */
  value?: { writer: number; number: number; ballast: string };
  ttlMs?: number;
}

/** What is done to a process: kill -9 and a new one; SIGSTOP and, later, SIGCONT. */
export interface CloneFault {
  /** It happens when so many changes have been confirmed. */
  after: number;
  type: "restart" | "freeze";
  /** "server", or "writer" or "subscriber" with a number counted from 1. */
  whom: string;
  /** How long it lasts, in milliseconds. */
  forMs: number;
}

/** A whole run. */
export interface CloneChaosPlan {
  seed: number;
  /** What each writer writes, in order. */
  writers: PlannedChange[][];
  /** What each subscriber follows. */
  subtrees: string[];
  faults: CloneFault[];
}

/** How large a run is. */
export interface CloneChaosSize {
  /** Which run: the same seed, the same plan. Default: 1. */
  seed?: number;
  /** Changes of all writers together. Default: 10 000. */
  updates?: number;
  /** Default: 3. */
  writers?: number;
  /** Default: 6. */
  subscribers?: number;
  /** How often a subscriber is killed. Default: 20. */
  crashes?: number;
  /** How often the server is killed. Default: 3. */
  restarts?: number;
  /** How often anybody is stopped for a while. Default: 10. */
  freezes?: number;
}

/** Where the marks are set that tell everybody that the run is over: one in each subtree, that of the whole map last. */
export const OVER_KEYS = ["/own/over", "/common/over", "/over"];

/** Entries that go by themselves are all below this. */
export const MORTAL = "/mortal/";

/** The mark that somebody who follows a subtree waits for. */
export function overKeyOf(subtree: string): string {
  return `${subtree || "/"}over`;
}

/** Makes the plan of a seed. @throws RangeError when a size is wrong. */
export function planCloneChaos(size: CloneChaosSize = {}): CloneChaosPlan {
  const { seed = 1, updates = 10_000, writers = 3, subscribers = 6 } = size;
  const { crashes = 20, restarts = 3, freezes = 10 } = size;
  checkWholeNumbers(0, { seed, crashes, restarts, freezes });
  checkWholeNumbers(1, { writers, subscribers });
  checkWholeNumbers(100, { updates });
  const dice = xoroshiro128plus(seed);
  const roll = (from: number, to: number) => uniformInt(dice, from, to);
  const changes = Array.from({ length: writers }, (_, index) => {
    const count = Math.floor(updates / writers) + (index < updates % writers ? 1 : 0);
    return Array.from({ length: count }, (_, n) => planChange(roll, index + 1, n + 1));
  });
  const subtrees = Array.from(
    { length: subscribers },
    (_, index) => ["", "/own/", "/common/"][index % 3]!,
  );
  const fault = (type: CloneFault["type"], whom: string): CloneFault => {
    const after = roll(Math.ceil(updates / 20), Math.floor((updates * 19) / 20));
    return { after, type, whom, forMs: roll(20, 600) };
  };
  const anybody = () => {
    const number = roll(0, writers + subscribers);
    if (number === 0) return "server";
    return number <= writers ? `writer ${number}` : `subscriber ${number - writers}`;
  };
  const faults = [
    ...times(crashes, () => fault("restart", `subscriber ${roll(1, subscribers)}`)),
    ...times(restarts, () => fault("restart", "server")),
    ...times(freezes, () => fault("freeze", anybody())),
  ].sort((one, other) => one.after - other.after);
  return { seed, writers: changes, subtrees, faults };
}

type Roll = (from: number, to: number) => number;

/** Most keys are the writer's own, some are written by all; a tenth deletes, a tenth goes by itself. */
function planChange(roll: Roll, writer: number, number: number): PlannedChange {
  const kind = roll(0, 9);
  const ballast = "x".repeat(roll(0, 2000));
  const value = { writer, number, ballast };
  if (kind === 0) return { key: `${MORTAL}${roll(1, 50)}`, value, ttlMs: roll(50, 1500) };
  const key = kind <= 3 ? `/common/${roll(1, 20)}` : `/own/${writer}/${roll(1, 50)}`;
  return kind === 1 || kind === 4 ? { key } : { key, value };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
