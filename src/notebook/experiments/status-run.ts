/** A pipeline whose agents stand on a status board: the workers, a process each, post for themselves. */
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { keepStatus } from "../../agents/clone/status";
import type { AgentStatus } from "../../agents/clone/status/agent-states";
import type { AgentEvent, OnEvent } from "../../agents/events";
import { resultCollectorAgent } from "../../agents/result-collector";
import { taskGeneratorAgent } from "../../agents/task-generator";
import { runAgent } from "../../orchestration/agent-process";
import {
  orchestrate,
  type PipelineOptions,
  type PipelineReport,
} from "../../orchestration/pipeline";
import { openBoard, openCloneServer, until } from "../lab/clone";
import type { Lab } from "../lab/room";
import { STATUS_TTL_MS } from "./status-worker";

/** What to run, and who looks at the board. */
export interface StatusRunOptions extends Omit<PipelineOptions, "signal" | "onEvent"> {
  /** Which worker's process is killed, as `kill -9` does, when the board says that it works on its nth task. Default: nobody's. */
  kill?: { worker: string; nthTask: number };
  /** Looks at the board from now on; the function that it gives is called at the end. */
  onBoard?: (board: SharedMap) => () => void;
}

/** What became of it. */
export interface StatusRun {
  report: PipelineReport;
  /** What stood on the board about the one who was killed, in order; "gone" is the end. */
  lastWords: string[];
}

/** Runs it to its end, on ports that were free. */
export async function runWithStatus(
  room: Lab,
  { kill, onBoard = () => () => {}, ...options }: StatusRunOptions = {},
): Promise<StatusRun> {
  const places = await openCloneServer(room);
  const board = await openBoard(room, { ...places, name: "Watcher", subtree: "/status/" });
  const endLooking = onBoard(board);
  const lastWords: string[] = [];
  const pids = new Map<string, number>();
  board.onChange(({ key, value }) => {
    if (!kill || key !== `/status/${kill.worker}`) return;
    lastWords.push(wordsOf(value));
    const { state, done = 0 } = (value ?? {}) as Partial<AgentStatus>;
    const pid = pids.get(kill.worker);
    if (!pid || state !== "working" || done < kill.nthTask - 1) return;
    pids.delete(kill.worker); // once
    process.kill(pid, "SIGKILL");
  });
  const post = keepStatus(board, { ttlMs: STATUS_TTL_MS, signal: room.signal });
  const both = (onEvent: OnEvent) => (event: AgentEvent) => (onEvent(event), post(event));
  const anyPort = "tcp://127.0.0.1:*";
  const report = await orchestrate(
    {
      inTurn: false,
      collector: (own) => resultCollectorAgent({ ...own, onEvent: both(own.onEvent) }),
      generator: (own) => taskGeneratorAgent({ ...own, onEvent: both(own.onEvent) }),
      processor: (own) =>
        runAgent("../notebook/experiments/status-worker", `Worker-${own.workerId}`, {
          ...own,
          ...places,
        }),
    },
    {
      ...{ taskVentilatorAddr: anyPort, resultCollectorAddr: anyPort, controlSyncAddr: anyPort },
      ...options,
      signal: room.signal,
      onEvent: (event) => {
        if (event.type === "process-started") pids.set(event.agent, event.pid);
      },
    },
  );
  if (kill) await until(() => lastWords.at(-1) === "gone", `${kill.worker} did not go`);
  const collector = () => board.get("/status/Collector") as AgentStatus | undefined;
  await until(
    () => collector()?.state === report.outcome,
    "The collector's last word did not come",
  );
  endLooking();
  return { report, lastWords };
}

function wordsOf(value: unknown): string {
  if (value === undefined) return "gone";
  const { state, task } = value as AgentStatus;
  return task === undefined ? state : `${state} on ${task}`;
}
