/** The whole pipeline with one operating system process an agent: one can die and the others live on. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { AgentEvent } from "../agents/events";
import { wallClock } from "../agents/stamp";
import { orchestrate, type Launched, type PipelineOptions, type PipelineReport } from "./pipeline";

/**
 * Runs generator, workers and collector as processes until all is done. A "process-started" event
 * tells each one's pid; a process that is killed does not stop the others.
 * @throws Error when an agent fails by itself, with what it wrote to stderr. The others are stopped.
 */
export function runProcesses(options: PipelineOptions = {}): Promise<PipelineReport> {
  return orchestrate(
    {
      inTurn: false,
      collector: (collectorOptions) => runAgent("result-collector", "Collector", collectorOptions),
      generator: (generatorOptions) => runAgent("task-generator", "Generator", generatorOptions),
      processor: (processorOptions) =>
        runAgent("task-processor", `Worker-${processorOptions.workerId}`, processorOptions),
    },
    options,
  );
}

/** How long a process may take to stop when it was told to, in milliseconds. */
const STOP_MS = 3000;

/** Runs one agent in a process; gives its summary, or undefined when the process was killed. */
async function runAgent<Summary>(
  file: string,
  agent: string,
  { signal, onEvent, ...options }: Launched<object>,
): Promise<Summary | undefined> {
  if (signal.aborted) return undefined;
  const child = start(file, options);
  let summary: Summary | undefined;
  child.on("message", (event: AgentEvent) => {
    if (event.type === "finished") summary = event.summary as Summary;
    onEvent(event);
  });
  onEvent({ agent, at: wallClock(), type: "process-started", pid: child.pid! });
  const stopping = stopOnAbort(child, signal);
  // Only when the line is closed as well has every event come through.
  const [complaint, [code, killedBy]] = await Promise.all([
    text(child.stderr!),
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    once(child, "disconnect"),
  ]);
  stopping.over();
  onEvent({ agent, at: wallClock(), type: "process-exited", code, signal: killedBy });
  if (summary || killedBy) return summary;
  throw new Error(complaint.trim() || `${agent} ended with code ${code} and without a word.`);
}

/** Starts the compiled agent, or the source itself when this file runs as source (ts-node). */
function start(file: string, options: object): ChildProcess {
  const extension = path.extname(__filename);
  const modulePath = path.join(__dirname, "..", "agents", file + extension);
  const execArgv =
    extension === ".ts" ? ["--require", require.resolve("ts-node/register/transpile-only")] : [];
  return fork(modulePath, ["--report-to-parent", ...toFlags(options)], {
    execArgv,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/** { taskDelayMs: 100 } becomes --task-delay-ms 100. */
function toFlags(options: object): string[] {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
}

/** Asks the process to stop when `signal` aborts, and kills it if it does not. */
function stopOnAbort(child: ChildProcess, signal: AbortSignal): { over: () => void } {
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.connected) child.send("stop", () => {});
    killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  };
  if (signal.aborted) stop(); // by whoever heard that the process was started
  signal.addEventListener("abort", stop, { once: true });
  const over = () => {
    signal.removeEventListener("abort", stop);
    clearTimeout(killer);
  };
  return { over };
}
