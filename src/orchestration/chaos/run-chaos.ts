/**
 * A Majordomo pool under a rain of faults: are all promises kept?
 *
 *     npm run chaos -- --seed 1 --tasks 10000        (the seed of a run replays it)
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Option } from "commander";
import { runStandalone, wholeNumber } from "../../agents/command-line";
import type { AgentEvent, OnEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import type { MajordomoClientSummary } from "../../agents/majordomo/events";
import { ChaosCrew } from "./chaos-crew";
import { planChaos, type ChaosPlan, type ChaosSize } from "./plan";
import { judge } from "./verdict";
import { CHAOS_DIRECTORY } from "./work";

/** Options of {@link runChaos}. */
export interface ChaosOptions extends ChaosSize {
  /** How many tasks a worker holds at once. Default: 1. */
  prefetch?: number;
  /** How long no task may end before the run counts as stuck, in milliseconds. Default: 30 000. */
  stuckMs?: number;
  /** Stops the run. */
  signal?: AbortSignal;
  /** Takes the events of all agents. Default: nobody does. */
  onEvent?: OnEvent;
}

/** What became of a chaos run. */
export interface ChaosReport {
  /** "complete" when every promise was kept, "failed" when one was not. */
  outcome: "complete" | "stopped" | "failed";
  seed: number;
  /** The promises that were broken, a sentence each. */
  violations: string[];
  /** Faults that took place, by kind; "poisoned" are workers that a task killed. */
  faults: Record<string, number>;
  client: MajordomoClientSummary;
  durationMs: number;
}

/** Each is short, so that a run of many faults is short; the reply timeout is the longest silence of a frozen broker. */
const patience = { heartbeatMs: 100, liveness: 3, requestTimeoutMs: 2000 };

/**
 * Runs the plan of a seed: workers and broker as processes, the client here.
 * @throws Error when an agent fails by itself.
 */
export async function runChaos(options: ChaosOptions = {}): Promise<ChaosReport> {
  const plan = planChaos(options);
  const { prefetch = 1, stuckMs = 30_000, signal, onEvent = () => {} } = options;
  const startedAt = performance.now();
  const crew = new ChaosCrew(plan, { ...patience, prefetch }, signal, onEvent);
  const { client, events } = await withTriesCounted(async () => {
    try {
      await crew.start();
      return await runClient(plan, crew, stuckMs, onEvent);
    } finally {
      await crew.close();
    }
  });
  const { faults, strikes } = crew;
  const violations = signal?.aborted ? [] : judge(plan, client, events, strikes);
  violations.push(...crew.survivors());
  const outcome = signal?.aborted ? "stopped" : violations.length > 0 ? "failed" : "complete";
  const durationMs = performance.now() - startedAt;
  return { outcome, seed: plan.seed, violations, faults, client, durationMs };
}

/** Gives the workers that `run` starts a folder to count tries in: they find its name in the environment. */
async function withTriesCounted<T>(run: () => Promise<T>): Promise<T> {
  const before = process.env[CHAOS_DIRECTORY];
  const directory = mkdtempSync(path.join(os.tmpdir(), "chaos-"));
  process.env[CHAOS_DIRECTORY] = directory;
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env[CHAOS_DIRECTORY];
    else process.env[CHAOS_DIRECTORY] = before;
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs the client; each task that ends may bring on a fault. A run in which nothing ends any more is stopped. */
async function runClient(plan: ChaosPlan, crew: ChaosCrew, stuckMs: number, onEvent: OnEvent) {
  const events: AgentEvent[] = [];
  const stuck = new AbortController();
  let timer = setTimeout(() => stuck.abort(), stuckMs);
  let ended = 0;
  const take = (event: AgentEvent) => {
    events.push(event);
    onEvent(event);
    if (event.type !== "result-received" && event.type !== "dead-letter") return;
    clearTimeout(timer);
    timer = setTimeout(() => stuck.abort(), stuckMs);
    crew.taskEnded(++ended);
  };
  const { tasks } = plan;
  const client = await majordomoClientAgent({
    ...patience,
    brokerAddr: crew.brokerAddr,
    tasks: tasks.length,
    createData: (n) => tasks[n - 1]!,
    maxOutstanding: 50,
    backoffMs: 10,
    replyTimeoutMs: 1000,
    retries: 10,
    peerTimeoutMs: stuckMs,
    signal: AbortSignal.any([stuck.signal, crew.signal]),
    onEvent: take,
  });
  clearTimeout(timer);
  return { client, events };
}

/** Runs chaos before the reader's eyes, and gives its report. */
async function showChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, tasks, workers, faults: planned } = planChaos(options);
  console.log(
    `seed ${seed}: ${tasks.length} tasks, ${workers} workers, ${planned.length} faults to come`,
  );
  const report = await runChaos(options);
  const { outcome, faults, client, violations, durationMs } = report;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  console.log(`${total} faults: ${kinds.join(", ") || "none"}`);
  console.log(
    `${outcome}: ${client.results.length} results, ${client.deadLetters.length} dead letters, ` +
      `${client.duplicates} duplicates ignored, ${client.resent} sent again, in ${(durationMs / 1000).toFixed(1)} s`,
  );
  for (const violation of violations) console.log(`VIOLATION: ${violation}`);
  if (outcome === "complete") console.log("every task ended exactly once, and as it had to");
  return report;
}

if (require.main === module) {
  const counted = (flags: string, description: string, byDefault: number) =>
    new Option(flags, description).default(byDefault).argParser(wholeNumber);
  const flags = [
    counted("--seed <n>", "which run", 1),
    counted("--tasks <n>", "how many tasks", 10_000),
    counted("--workers <n>", "how many workers", 4),
    counted("--fault-every <n>", "tasks from one fault to the next", 80),
    counted("--prefetch <n>", "tasks that a worker holds at once", 1),
  ];
  const silently = (options: ChaosOptions) => showChaos({ ...options, onEvent: undefined });
  void runStandalone(
    "chaos",
    "Kills, freezes and cuts while tasks flow, and counts.",
    flags,
    silently,
  );
}
