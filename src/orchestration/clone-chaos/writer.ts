/** A process of a Clone chaos run that writes what the plan says. */
import { setTimeout as delay } from "node:timers/promises";
import { Option } from "commander";
import { flag, milliseconds, runStandalone, wholeNumber } from "../../agents/command-line";
import { cloneClientAgent, type CloneClientOptions } from "../../agents/clone/client";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { cloneFlag } from "../../agents/clone/flags";
import { planCloneChaos } from "./plan";
import { keepFinalState } from "./state-file";

/** The flags of a writer, beside its addresses. */
export interface WriterFlags {
  seed: number;
  updates: number;
  writers: number;
  /** Which of them it is, counted from 1. */
  writer: number;
  /** The pause after each change, in milliseconds. */
  pauseMs: number;
  /** Where to leave the final state. */
  state: string;
}

/** Writes, then waits until the run is over. */
async function writeAll(
  map: SharedMap,
  { seed, updates, writers, writer, pauseMs, state }: WriterFlags,
  signal: AbortSignal,
): Promise<void> {
  const plan = planCloneChaos({ seed, updates, writers });
  const answers: Promise<void>[] = [];
  for (const { key, value, ttlMs } of plan.writers[writer - 1]!) {
    answers.push(value ? map.set(key, { ...value }, { ttlMs }) : map.delete(key));
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
  }
  await Promise.all(answers);
  await keepFinalState(map, "", state, signal);
}

if (require.main === module) {
  const { snapshotAddr, updatesAddr, changesAddr, heartbeatMs, liveness, name } = cloneFlag;
  const counted = ["--seed <n>", "--updates <n>", "--writers <n>", "--writer <n>"].map((flags) =>
    new Option(flags).argParser(wholeNumber),
  );
  const others = [
    new Option("--pause-ms <ms>").argParser(milliseconds),
    new Option("--state <file>"),
  ];
  const addresses = [snapshotAddr, updatesAddr, changesAddr];
  void runStandalone(
    "clone-chaos-writer",
    "Writes what the plan of a Clone chaos run says.",
    [...addresses, heartbeatMs, liveness, name, flag.highWaterMark, ...counted, ...others],
    async (options: CloneClientOptions) =>
      cloneClientAgent({
        ...options,
        onEvent: (event) => event.type !== "update" && options.onEvent?.(event),
        body: (map, signal) => writeAll(map, options as WriterFlags & CloneClientOptions, signal),
      }),
  );
}
