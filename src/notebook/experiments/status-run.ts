/** A pipeline whose agents stand on a status board: the workers, a process each, post for themselves. */
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { keepStatus } from "../../agents/clone/status";
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
import { killDuringTask } from "./kill-worker";
import { STATUS_TTL_MS } from "./status-worker";

/** What to run, and who looks at the board. */
export interface StatusRunOptions extends Omit<PipelineOptions, "signal" | "onEvent"> {
  /** Which worker is killed, in the middle of which of its tasks. Default: nobody. */
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
  board.onChange(({ key, value }) => {
    if (kill && key === `/status/${kill.worker}`) lastWords.push(wordsOf(value));
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
      onEvent: kill && killDuringTask(kill.nthTask, kill.worker),
    },
  );
  if (kill) await until(() => lastWords.at(-1) === "gone", `${kill.worker} did not go`);
  endLooking();
  return { report, lastWords };
}

function wordsOf(value: unknown): string {
  if (value === undefined) return "gone";
  const { state, task } = value as { state: string; task?: string };
  return task === undefined ? state : `${state} on ${task}`;
}
