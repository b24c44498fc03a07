/**
 * Does the tasks of one service for a Majordomo broker (rfc.zeromq.org/spec/18), for as long as it is wanted.
 *
 *     broker ROUTER ──REQUEST──▶ DEALER worker
 *     broker ROUTER ◀──READY, PARTIAL, FINAL── DEALER worker
 *     broker ROUTER ◀──HEARTBEAT, DISCONNECT──▶ DEALER worker
 *
 *     npx ts-node src/agents/majordomo/worker.ts --worker-id 1
 */
import { setMaxListeners } from "node:events";
import { flag, runStandalone } from "../command-line";
import { loadWork } from "../load-export";
import type { Workplace } from "./worker/desk";
import type { MajordomoWorkerSummary } from "./events";
import { majordomoFlag } from "./flags";
import { Lane } from "./worker/lane";
import { keepSeat } from "./worker/seat";
import { readWorkerOptions, type MajordomoWorkerOptions } from "./worker/worker-options";

export type { MajordomoWorkerOptions } from "./worker/worker-options";

/**
 * Registers with the broker and works until `signal` says stop: it waits for a broker that is not there,
 * and registers again with one that was restarted. Stopped, it finishes the task it has begun and
 * takes its leave, so that the broker gives whatever it has not begun to others.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function majordomoWorkerAgent(
  options: MajordomoWorkerOptions = {},
): Promise<MajordomoWorkerSummary> {
  const settings = readWorkerOptions(options);
  const { workerId, prefetch, clock, report } = settings;
  const startedAt = clock();
  const summary: MajordomoWorkerSummary = {
    outcome: "stopped",
    workerId,
    tasksDone: 0,
    tasksFailed: 0,
    tasksDropped: 0,
    conversations: 0,
    framesRejected: 0,
    durationMs: 0,
  };

  const failure = new AbortController();
  const leaving = AbortSignal.any([failure.signal, ...(settings.signal ? [settings.signal] : [])]);
  setMaxListeners(0, leaving); // every seat listens to it
  const workplace: Workplace = { settings, summary, lane: new Lane(), leaving };
  // A worker of MDP holds one task at a time. Who wants to hold more is several workers, with one pair of hands.
  const seats = Array.from({ length: prefetch }, () => keepSeat(workplace));
  for (const seat of seats) seat.catch(() => failure.abort());
  await Promise.allSettled(seats);
  await Promise.all(seats);

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

if (require.main === module) {
  const { brokerAddr, service, dialect, prefetch, heartbeatMs, liveness } = majordomoFlag;
  const { reconnectMs, maxReconnectMs, leaveTimeoutMs } = majordomoFlag;
  const place = [brokerAddr, service, dialect, flag.workerId, flag.work, flag.workMs, prefetch];
  const patience = [heartbeatMs, liveness, reconnectMs, maxReconnectMs, leaveTimeoutMs];
  void runStandalone(
    "majordomo-worker",
    "Does the tasks of one service for a Majordomo broker.",
    [...place, ...patience, flag.highWaterMark, flag.codec],
    async ({ work: file, ...options }: MajordomoWorkerOptions & { work?: string }) =>
      majordomoWorkerAgent({ ...options, work: file === undefined ? file : loadWork(file) }),
  );
}
