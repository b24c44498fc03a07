/** An agent as an operating system process of its own: it can die, and the others live on. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { AgentEvent, OnEvent } from "../agents/events";
import { wallClock } from "../agents/stamp";

/** What every launched agent gets besides its own options. */
export interface Reins {
  /** Stops the agent. */
  signal: AbortSignal;
  /** Takes its events. */
  onEvent: OnEvent;
}

/** A process that runs one agent. */
export interface AgentProcess<Summary> {
  /** The agent's summary, or undefined when the process was killed. Rejects when the agent failed by itself. */
  ended: Promise<Summary | undefined>;
  /** Asks the agent to stop, as its signal does; kills it when it has not after a while. */
  stop(): void;
  /** Sends a signal of the operating system; gives false when the process is gone. */
  strike(signal: NodeJS.Signals): boolean;
}

/** How long a process may take to stop when it was told to, in milliseconds, apart from its leaveTimeoutMs: it may still be starting. */
const STOP_MS = 10_000;

/**
 * Starts an agent's program, `file` relative to src/agents and without extension, with the options as
 * flags. `agent` is the name in its "process-started" and "process-exited" events.
 */
export function startAgent<Summary>(
  file: string,
  agent: string,
  { signal, onEvent, ...options }: Reins & object,
): AgentProcess<Summary> {
  const child = forkProgram(file, options);
  const { leaveTimeoutMs = 0 } = options as { leaveTimeoutMs?: number };
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.connected) child.send("stop", () => {});
    killer ??= setTimeout(() => child.kill("SIGKILL"), STOP_MS + leaveTimeoutMs);
  };
  const ended = endOf<Summary>(child, agent, onEvent).finally(() => {
    signal.removeEventListener("abort", stop);
    clearTimeout(killer);
  });
  onEvent({ agent, at: wallClock(), type: "process-started", pid: child.pid! });
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop(); // by whoever heard that the process was started
  return { ended, stop, strike: (signal) => child.kill(signal) };
}

/** Runs one agent in a process; gives its summary, or undefined when the process was killed. */
export async function runAgent<Summary>(
  file: string,
  agent: string,
  options: Reins & object,
): Promise<Summary | undefined> {
  if (options.signal.aborted) return undefined;
  return startAgent<Summary>(file, agent, options).ended;
}

/** Hands the events on, and waits until the process has ended and all that it said has come through. */
async function endOf<Summary>(
  child: ChildProcess,
  agent: string,
  onEvent: OnEvent,
): Promise<Summary | undefined> {
  let summary: Summary | undefined;
  child.on("message", (event: AgentEvent) => {
    if (event.type === "finished") summary = event.summary as Summary;
    onEvent(event);
  });
  const complaint = hearComplaint(child);
  // Only when the line is closed as well has every event come through.
  const [[code, killedBy]] = await Promise.all([
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    once(child, "disconnect"),
  ]);
  const lastWords = await complaint.end();
  onEvent({ agent, at: wallClock(), type: "process-exited", code, signal: killedBy });
  if (summary || killedBy) return summary;
  throw new Error(lastWords || `${agent} ended with code ${code} and without a word.`);
}

/** How long the last words of a process that is gone may take to come through, in milliseconds. */
const LAST_WORDS_MS = 200;

/** Listens to a process's stderr, which its own children may hold open for longer than it lives. */
function hearComplaint({ stderr }: ChildProcess) {
  let complaint = "";
  const closed = new Promise((resolve) => stderr!.once("close", resolve));
  stderr!.setEncoding("utf8").on("data", (words: string) => (complaint += words));
  const end = async () => {
    const patience = setTimeout(() => stderr!.destroy(), LAST_WORDS_MS);
    await closed;
    clearTimeout(patience);
    return complaint.trim();
  };
  return { end };
}

/** Starts the compiled agent, or the source itself when this file runs as source (ts-node). */
function forkProgram(file: string, options: object): ChildProcess {
  const extension = path.extname(__filename);
  const modulePath = path.join(__dirname, "..", "agents", file + extension);
  const execArgv =
    extension === ".ts" ? ["--require", require.resolve("ts-node/register/transpile-only")] : [];
  return fork(modulePath, ["--report-to-parent", ...toFlags(options)], {
    execArgv,
    serialization: "advanced", // as JSON a result with binary data or NaN in it would arrive as another
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/** { taskDelayMs: 100, streamParts: true } becomes --task-delay-ms 100 --stream-parts. */
function toFlags(options: object): string[] {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      if (typeof value === "boolean") return value ? [flag] : [];
      return [flag, textOf(name, value)];
    });
}

function textOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError(
    `Cannot give ${name} to a process as it is an object: use its name, if it has one.`,
  );
}
