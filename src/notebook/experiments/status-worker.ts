/** A worker in a process of its own that tells a status board what it is doing, as long as it lives. */
import { cloneClientAgent } from "../../agents/clone/client";
import { cloneFlag } from "../../agents/clone/flags";
import { keepStatus } from "../../agents/clone/status";
import { flag, neighbourFlags, runStandalone } from "../../agents/command-line";
import type { OnEvent, TaskProcessorSummary } from "../../agents/events";
import { taskProcessorAgent, type TaskProcessorOptions } from "../../agents/task-processor";
import type { CloneAddresses } from "../../transport/addresses";

/** How long its state stands when nobody renews it, in milliseconds. */
export const STATUS_TTL_MS = 600;

/** Runs a worker among others who post what they do, and posts what it does itself. */
export async function workerWithStatus({
  snapshotAddr,
  updatesAddr,
  changesAddr,
  onEvent = () => {},
  ...options
}: TaskProcessorOptions & CloneAddresses & { onEvent?: OnEvent }): Promise<TaskProcessorSummary> {
  let summary: TaskProcessorSummary | undefined;
  const { workerId: name, signal } = options;
  await cloneClientAgent({
    ...{ snapshotAddr, updatesAddr, changesAddr, name, signal },
    subtree: "/status/",
    body: async (board) => {
      const post = keepStatus(board, { ttlMs: STATUS_TTL_MS, signal });
      summary = await taskProcessorAgent({
        ...options,
        onEvent: (event) => (onEvent(event), post(event)),
      });
    },
  });
  if (!summary) throw new Error("The worker was stopped before the status board was there.");
  return summary;
}

if (require.main === module) {
  const { snapshotAddr, updatesAddr, changesAddr } = cloneFlag;
  const { workerId, workMs, taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = flag;
  void runStandalone(
    "status-worker",
    "Works on tasks, and tells a status board about it.",
    [
      ...[workerId, workMs, taskVentilatorAddr, resultCollectorAddr, controlSyncAddr],
      ...[snapshotAddr, updatesAddr, changesAddr, ...neighbourFlags],
    ],
    workerWithStatus,
  );
}
