/** What will go wrong, and when: the same for the same seed. Pure. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { checkWholeNumbers } from "../../agents/options";

/**
 * How a task behaves: as it should; slowly; throws twice, then not; throws always; hangs once, then not;
 * kills every worker that touches it.
 */
export type Temper = "plain" | "slow" | "fails-twice" | "fails-always" | "hangs-once" | "poison";

/** The data of a task. */
export interface ChaosTask {
  [key: string]: string | number;
  n: number;
  temper: Temper;
}

/**
 * What is done to the agents: kill -9; SIGSTOP and, later, SIGCONT; a graceful leave; a network that
 * carries nothing any more; the same to the broker; garbage from a stranger.
 */
type FaultType =
  | "kill-worker"
  | "freeze-worker"
  | "dismiss-worker"
  | "cut-worker"
  | "kill-broker"
  | "freeze-broker"
  | "garbage";

/** One fault. */
export interface Fault {
  /** It happens when so many tasks have ended. */
  after: number;
  type: FaultType;
  /** Which worker, counted from 1; it passes to the next when that one is down already. */
  worker: number;
  /** How long it lasts, in milliseconds. */
  forMs: number;
  /** For garbage: what it is made of. */
  seed: number;
}

/** A fault that took place: upon whom, and from when to when, in milliseconds since 1970. */
export interface Strike {
  type: FaultType;
  agent: string;
  from: number;
  to: number;
}

/** A whole run. */
export interface ChaosPlan {
  seed: number;
  workers: number;
  tasks: ChaosTask[];
  faults: Fault[];
}

/** How large a run is. */
export interface ChaosSize {
  /** Which run: the same seed, the same plan. Default: 1. */
  seed?: number;
  /** Default: 10 000. */
  tasks?: number;
  /** Default: 4. */
  workers?: number;
  /** Tasks from one fault to the next. Default: 80. */
  faultEvery?: number;
}

/** Of 1000 tasks so many; in a short run `least`, but not more than one of 100 tasks. */
const tempers: [temper: Temper, perMille: number, least: number][] = [
  ["slow", 10, 1],
  ["fails-twice", 3, 1],
  ["fails-always", 1, 1],
  ["hangs-once", 1, 1],
  ["poison", 1, 3], // workers that hold several tasks have to meet it more than once
];

/** Each fault as often as it stands here. */
const faultTypes: FaultType[] = [
  ...["kill-worker", "kill-worker", "kill-worker", "freeze-worker", "freeze-worker"],
  ...["dismiss-worker", "cut-worker", "kill-broker", "freeze-broker", "garbage"],
] as FaultType[];

/** Makes the plan of a seed. @throws RangeError when a size is wrong. */
export function planChaos(size: ChaosSize = {}): ChaosPlan {
  const { seed = 1, tasks: count = 10_000, workers = 4, faultEvery = 80 } = size;
  checkWholeNumbers(0, { seed });
  checkWholeNumbers(2, { workers });
  checkWholeNumbers(1, { faultEvery });
  checkWholeNumbers(100, { tasks: count });
  const dice = xoroshiro128plus(seed);
  const roll = (from: number, to: number) => uniformInt(dice, from, to);

  const tasks = Array.from({ length: count }, (_, index): ChaosTask => ({
    n: index + 1,
    temper: "plain",
  }));
  const plain = [...tasks];
  for (const [temper, perMille, least] of tempers) {
    const share = Math.max(Math.round((count * perMille) / 1000), Math.min(least, count / 100));
    for (let left = Math.floor(share); left > 0; left--)
      plain.splice(roll(0, plain.length - 1), 1)[0]!.temper = temper;
  }

  const faults: Fault[] = [];
  for (let after = faultEvery; after < count; after += faultEvery) {
    const type = faultTypes[roll(0, faultTypes.length - 1)]!;
    faults.push({
      after,
      type,
      worker: roll(1, workers),
      forMs: roll(50, 1000),
      seed: roll(0, 2 ** 31),
    });
  }
  return { seed, workers, tasks, faults };
}
