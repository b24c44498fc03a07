/**
 * The demonstration in one terminal: 10 tasks, 2 workers, log lines above a progress bar, a summary.
 *
 *     npm run demo        (npm run demo -- --help shows the flags)
 */
import { MultiBar, Presets } from "cli-progress";
import { Option } from "commander";
import { flag, neighbourFlags, runStandalone } from "../agents/command-line";
import type { AgentEvent, Outcome } from "../agents/events";
import { formatEvent, printable } from "../agents/log";
import type { PipelineOptions, PipelineReport } from "./pipeline";
import { runPipeline } from "./run-pipeline";
import { runProcesses } from "./run-processes";

/** Options of {@link demonstrate}. */
export interface DemoOptions extends Omit<PipelineOptions, "workMs" | "onEvent"> {
  /** How long a task takes every worker, in milliseconds. Default: 500 + 100 · n for worker n. */
  workMs?: number;
  /** One process an agent, in place of one event loop for all. Default: false. */
  processes?: boolean;
}

/** Runs the pipeline before the reader's eyes, and gives its outcome. */
export async function demonstrate(options: DemoOptions): Promise<{ outcome: Outcome }> {
  const { workMs, processes = false, tasks = 10, workers = 2, ...others } = options;
  const screen = process.stdout.isTTY ? progressScreen(tasks) : plainScreen;
  const onEvent = (event: AgentEvent) =>
    screen.show(formatEvent(event), event.type === "result-received");
  const run = processes ? runProcesses : runPipeline;
  try {
    const workTimes = workMs === undefined ? undefined : Array<number>(workers).fill(workMs);
    const report = await run({ ...others, tasks, workers, workMs: workTimes, onEvent });
    screen.close();
    console.log(summarise(report));
    return report;
  } catch (error) {
    screen.close();
    throw error;
  }
}

/** Log lines above a progress bar. */
function progressScreen(tasks: number) {
  const format = "{bar} {value}/{total} results";
  const bars = new MultiBar(
    { format, hideCursor: true, stream: process.stdout },
    Presets.shades_classic,
  );
  const bar = bars.create(tasks, 0);
  const show = (line: string, isResult: boolean) => {
    if (isResult) bar.increment();
    bars.log(`${line}\n`);
  };
  const close = () => {
    bars.update(); // stop alone drops the lines that came since the last redraw
    bars.stop();
  };
  return { show, close };
}

/** Log lines only, for a file or a pipe. */
const plainScreen = { show: (line: string) => console.log(line), close: () => {} };

/** Says in a few lines what became of the pipeline. */
function summarise({ outcome, results, missingTasks, collector, events }: PipelineReport): string {
  const started = events.find(({ type }) => type === "started");
  const last = events.findLast(({ type }) => type === "worker-done" || type === "result-received");
  const seconds = started && last ? ((last.at - started.at) / 1000).toFixed(1) : "0";
  const shares = Object.entries(collector?.byWorker ?? {}).map(
    ([worker, count]) => `  Worker-${worker}: ${count} results`,
  );
  const missing = missingTasks.map(
    ({ data, startedBy }) =>
      `  missing: ${JSON.stringify(data)}${startedBy ? `, begun by ${startedBy}` : ""}`,
  );
  return [
    `\n${outcome}: ${results.length} results, ${seconds} s from START to the last word`,
    ...[...shares, ...missing].map(printable),
  ].join("\n");
}

if (require.main === module) {
  const flags = [
    ...[flag.tasks, flag.workers, flag.taskDelayMs, flag.workMs],
    ...[flag.taskVentilatorAddr, flag.resultCollectorAddr, flag.controlSyncAddr],
    ...neighbourFlags,
    new Option("--processes", "one process an agent"),
  ];
  void runStandalone("demo", "Runs the whole pipeline in one terminal.", flags, demonstrate);
}
