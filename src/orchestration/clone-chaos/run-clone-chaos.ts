/**
 * A shared map under a rain of faults: does everybody end with what was written last?
 *
 *     npm run clone-chaos -- --seed 1        (the seed of a run replays it)
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Option } from "commander";
import { Context } from "zeromq";
import { cloneClientAgent } from "../../agents/clone/client";
import { requestSnapshot } from "../../agents/clone/client/snapshot-request";
import { milliseconds, runStandalone, wholeNumber } from "../../agents/command-line";
import type { OnEvent } from "../../agents/events";
import { MAX_FRAME_BYTES } from "../../messages/frame";
import type { JsonValue } from "../../messages/json-value";
import type { CloneAddresses } from "../../transport/addresses";
import { CloneCrew, patience } from "./clone-crew";
import { MORTAL, OVER_KEYS, planCloneChaos, type CloneChaosSize } from "./plan";
import type { MapState } from "./state-file";
import { judge } from "./verdict";

/** Options of {@link runCloneChaos}. */
export interface CloneChaosOptions extends CloneChaosSize {
  /** A writer's pause after each change, in milliseconds. Default: 3. */
  pauseMs?: number;
  /** How long the run may take before it counts as stuck, in milliseconds. Default: 300 000. */
  stuckMs?: number;
  /** Stops the run. */
  signal?: AbortSignal;
  /** Takes the events of all processes, updates apart. Default: nobody does. */
  onEvent?: OnEvent;
}

/** What became of a run. */
export interface CloneChaosReport {
  /** "complete" when every promise was kept, "failed" when one was not. */
  outcome: "complete" | "stopped" | "failed";
  seed: number;
  /** The promises that were broken, a sentence each. */
  violations: string[];
  /** Faults that took place, by kind. */
  faults: Record<string, number>;
  /** Updates that a relay lost, each for all the subscribers behind it. */
  lost: number;
  /** What the clients noticed: gaps, snapshots taken over, changes sent again. */
  noticed: { gaps: number; snapshots: number; resent: number };
  /** How many processes ended with a state that was compared. */
  survivors: number;
  /** Entries at the end. */
  entries: number;
  durationMs: number;
}

/**
 * Runs the plan of a seed, every agent a process of its own.
 * @throws Error when an agent fails by itself.
 */
export async function runCloneChaos(options: CloneChaosOptions = {}): Promise<CloneChaosReport> {
  const plan = planCloneChaos(options);
  const { pauseMs = 3, stuckMs = 300_000, signal, onEvent = () => {} } = options;
  const startedAt = performance.now();
  const folder = mkdtempSync(path.join(os.tmpdir(), "clone-chaos-"));
  const crew = new CloneCrew(plan, folder, pauseMs, onEvent);
  const stuck = AbortSignal.timeout(stuckMs);
  const end = signal ? AbortSignal.any([signal, stuck]) : stuck;
  const violations: string[] = [];
  let survivors = 0;
  let entries = 0;
  try {
    await crew.start();
    await crew.written(end);
    await nothingMortal(crew.addresses, end);
    await tellThatItIsOver(crew.addresses, end);
    const states = await crew.finalStates(end);
    const server = await stateOf(crew.addresses, end);
    survivors = states.length;
    entries = server.length;
    await crew.close();
    const { confirmed } = crew;
    violations.push(...judge(plan, { journals: crew.journals(), server, survivors: states, confirmed })); // prettier-ignore
  } catch (error) {
    if (!end.aborted) throw error;
    if (!signal?.aborted) violations.push(`it was not over after ${stuckMs} ms`);
  } finally {
    await crew.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const outcome = signal?.aborted ? "stopped" : violations.length > 0 ? "failed" : "complete";
  const { faults, lost, noticed } = crew;
  const durationMs = performance.now() - startedAt;
  return {
    outcome,
    seed: plan.seed,
    violations,
    faults,
    lost,
    noticed,
    survivors,
    entries,
    durationMs,
  };
}

/** The server's state, as it tells a newcomer. */
async function stateOf(
  addresses: Required<CloneAddresses>,
  signal: AbortSignal,
): Promise<MapState> {
  const request = { ...addresses, subtree: "", silenceMs: 1000, maxFrameBytes: MAX_FRAME_BYTES };
  const context = new Context();
  for (;;) {
    const snapshot = await requestSnapshot({ ...request, context }, signal, () => {});
    signal.throwIfAborted();
    if (!snapshot) continue;
    return snapshot.entries
      .map(({ key, value }) => [key, JSON.parse(String(value)) as JsonValue] as MapState[number])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }
}

/** Waits until the server has deleted every entry that goes by itself. */
async function nothingMortal(addresses: Required<CloneAddresses>, signal: AbortSignal) {
  while ((await stateOf(addresses, signal)).some(([key]) => key.startsWith(MORTAL)))
    await delay(50, undefined, { signal });
}

async function tellThatItIsOver(addresses: Required<CloneAddresses>, signal: AbortSignal) {
  await cloneClientAgent({
    ...addresses,
    ...patience,
    name: "director",
    signal,
    body: async (map) => {
      for (const key of OVER_KEYS) await map.set(key, true);
    },
  });
}

/** Runs chaos before the reader's eyes, and gives its report. */
async function showCloneChaos(options: CloneChaosOptions): Promise<CloneChaosReport> {
  const { seed, writers, subtrees, faults: planned } = planCloneChaos(options);
  const updates = writers.reduce((sum, changes) => sum + changes.length, 0);
  console.log(
    `seed ${seed}: ${updates} updates by ${writers.length} writers, ${subtrees.length} subscribers, ${planned.length} faults to come`,
  );
  const report = await runCloneChaos(options);
  const { outcome, faults, lost, noticed, survivors, entries, violations, durationMs } = report;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  console.log(`faults: ${[...kinds, `updates lost ${lost}`].join(", ")}`);
  console.log(
    `noticed: ${noticed.gaps} gaps, ${noticed.snapshots} snapshots, ${noticed.resent} changes sent again`,
  );
  for (const violation of violations.slice(0, 20)) console.log(`VIOLATION: ${violation}`);
  console.log(`${outcome} in ${(durationMs / 1000).toFixed(1)} s`);
  if (outcome === "complete")
    console.log(`${survivors} survivors equal the server, entry by entry: ${entries} entries`);
  return report;
}

if (require.main === module) {
  const counted = (flags: string, description: string, byDefault: number) =>
    new Option(flags, description).default(byDefault).argParser(wholeNumber);
  const flags = [
    counted("--seed <n>", "which run", 1),
    counted("--updates <n>", "how many updates", 10_000),
    counted("--writers <n>", "how many writers", 3),
    counted("--subscribers <n>", "how many subscribers", 6),
    counted("--crashes <n>", "how often a subscriber is killed", 20),
    counted("--restarts <n>", "how often the server is killed", 3),
    counted("--freezes <n>", "how often anybody is stopped for a while", 10),
    new Option("--pause-ms <ms>", "a writer's pause after each change")
      .default(3)
      .argParser(milliseconds),
  ];
  void runStandalone(
    "clone-chaos",
    "Kills and freezes while many write one map, and compares.",
    flags,
    ({ ...options }: CloneChaosOptions) => showCloneChaos({ ...options, onEvent: undefined }),
  );
}
