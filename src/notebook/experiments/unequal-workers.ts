/** Real task processors of different speed, and a generator and a collector of bare sockets. */
import type { AgentEvent } from "../../agents/events";
import { taskProcessorAgent } from "../../agents/task-processor";
import { encodeFrame } from "../../messages/frame";
import { isWorkerDoneMessage } from "../../messages/result-message";
import { createTaskMessage } from "../../messages/task-message";
import { receiveByHand, surroundByHand } from "../lab/by-hand";
import { lab } from "../lab/lab";

/** How a deal went. */
export interface Deal {
  /** How many tasks each worker did. */
  byWorker: Record<string, number>;
  /** From the first task sent to the last result received. */
  durationMs: number;
  /** What the workers reported. */
  events: AgentEvent[];
}

/** Sends `tasks` tasks at once to workers that take `workMs[name]` milliseconds over each. */
export async function dealAtOnce(workMs: Record<string, number>, tasks: number): Promise<Deal> {
  const names = Object.keys(workMs);
  const byWorker = Object.fromEntries(names.map((name) => [name, 0]));
  const events: AgentEvent[] = [];
  const durationMs = await lab("a deal", async ({ signal, use }) => {
    const anyPort = "tcp://127.0.0.1:*";
    const ends = await surroundByHand(use, {
      taskVentilatorAddr: anyPort,
      resultCollectorAddr: anyPort,
      controlSyncAddr: anyPort,
    });
    const onEvent = (event: AgentEvent) => events.push(event);
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = ends;
    const shared = { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr, signal, onEvent };
    for (const workerId of names)
      void use(taskProcessorAgent({ ...shared, workerId, workMs: workMs[workerId] }));
    await ends.begin(names.length);

    const startedAt = performance.now();
    for (let n = 1; n <= tasks; n++)
      await ends.tasks.send(encodeFrame(createTaskMessage(`Task_${n}_payload`)));
    for (let n = 1; n <= tasks; n++) {
      const result = await receiveByHand(ends.results);
      if (!isWorkerDoneMessage(result)) byWorker[result.worker_id]!++;
    }
    return performance.now() - startedAt;
  });
  return { byWorker, durationMs, events };
}
