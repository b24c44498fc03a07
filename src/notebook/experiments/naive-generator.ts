/** A task generator as one writes it at first: it ends its workers by one END a worker, and leaves. */
import { Push, XPublisher } from "zeromq";
import type { TaskGeneratorSummary } from "../../agents/events";
import { withDefaults } from "../../agents/options";
import type { TaskGeneratorOptions } from "../../agents/task-generator";
import { encodeFrame } from "../../messages/frame";
import type { Payload } from "../../messages/payload";
import { createEndMessage, createTaskMessage } from "../../messages/task-message";
import { CONTROL_SYNC_ADDR, TASK_VENTILATOR_ADDR } from "../../transport/addresses";
import { Connections } from "../../transport/connections";
import { bindSocket, LINGER_MS, withSockets } from "../../transport/sockets";
import { StartGate } from "../../transport/start-gate";

/** Sends the tasks, then as many ENDs as there are workers, and trusts that each worker gets one. */
export async function sendNaively(
  taskSocket: Push,
  { tasks = 10, workers = 2, createData = (n: number): Payload => n }: TaskGeneratorOptions,
): Promise<void> {
  for (let n = 1; n <= tasks; n++)
    await taskSocket.send(encodeFrame(createTaskMessage(await createData(n))));
  for (let n = 1; n <= workers; n++) await taskSocket.send(encodeFrame(createEndMessage()));
}

/**
 * Starts as exactly as taskGeneratorAgent does, so that the end is all that differs.
 * @throws Error when an address is taken, or too few workers come within `startTimeoutMs`.
 */
export async function naiveGeneratorAgent(
  options: TaskGeneratorOptions = {},
): Promise<TaskGeneratorSummary> {
  const { tasks = 10, workers = 2, onEvent = () => {} } = options;
  const { highWaterMark, startTimeoutMs, signal, context, clock } = withDefaults(options);
  const startedAt = clock();
  await withSockets(signal, async (open) => {
    const taskSocket = open(
      new Push({ context, sendHighWaterMark: highWaterMark, linger: LINGER_MS }),
    );
    const control = open(new XPublisher({ context, verbosity: "allSubsUnsubs" }));
    const gate = new StartGate(control, new Connections(taskSocket));
    const addresses = await bindBoth(taskSocket, control, options);
    onEvent({ agent: "Generator", at: clock(), type: "listening", addresses });
    await gate.serveWhile(async () => {
      await gate.wait(workers, startTimeoutMs, signal, () => {});
      await gate.open();
      await sendNaively(taskSocket, options);
    });
  });
  const outcome = signal?.aborted ? "stopped" : "complete";
  const durationMs = clock() - startedAt;
  return { outcome, tasksSent: tasks, workersStarted: workers, durationMs };
}

async function bindBoth(
  taskSocket: Push,
  control: XPublisher,
  options: TaskGeneratorOptions,
): Promise<string[]> {
  const { taskVentilatorAddr = TASK_VENTILATOR_ADDR, controlSyncAddr = CONTROL_SYNC_ADDR } =
    options;
  return [
    await bindSocket(taskSocket, "taskVentilatorAddr", taskVentilatorAddr),
    await bindSocket(control, "controlSyncAddr", controlSyncAddr),
  ];
}
