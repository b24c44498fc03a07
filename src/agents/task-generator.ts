/**
 * Makes tasks and shares them out among the task processors.
 *
 *     generator PUSH ──tasks──▶ PULL processor
 *     generator XPUB ──START──▶ SUB processor
 *
 *     npx ts-node src/agents/task-generator.ts --tasks 10 --workers 2
 */
import { setTimeout as delay } from "node:timers/promises";
import { Push, XPublisher } from "zeromq";
import { encodeMessage } from "../messages/frame";
import type { Payload } from "../messages/payload";
import { createEndMessage, createTaskMessage } from "../messages/task-message";
import { CONTROL_SYNC_ADDR, TASK_VENTILATOR_ADDR } from "../transport/addresses";
import { Connections } from "../transport/connections";
import { LONGEST_MS, sendUntil, unlessAborted } from "../transport/patience";
import { bindSocket, LINGER_MS, withSockets } from "../transport/sockets";
import { StartGate } from "../transport/start-gate";
import { flag, neighbourFlags, runStandalone } from "./command-line";
import { demonstrationData } from "./demonstration-job";
import { type OnEvent, type TaskGeneratorEvent, type TaskGeneratorSummary } from "./events";
import { loadCreateData } from "./load-export";
import { checkDurations, checkWholeNumbers, withDefaults, type AgentOptions } from "./options";
import { createReporter } from "./stamp";

/** Options of {@link taskGeneratorAgent}. */
export interface TaskGeneratorOptions extends AgentOptions {
  /** How many tasks to send. Default: 10. */
  tasks?: number;
  /** How many workers must be ready before START. Default: 2. */
  workers?: number;
  /** The data of task `n`, counted from 1. Default: "Task_1_payload", "Task_2_payload", … */
  createData?: (n: number) => Payload | Promise<Payload>;
  /** The pause after each task, in milliseconds. Default: 100. */
  taskDelayMs?: number;
  /** Where to bind the tasks. Default: TASK_VENTILATOR_ADDR. */
  taskVentilatorAddr?: string;
  /** Where to bind the start signal. Default: CONTROL_SYNC_ADDR. */
  controlSyncAddr?: string;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<TaskGeneratorEvent>;
}

/**
 * Waits until all workers are ready, starts them together, sends each task to one of them, and ends
 * every one of them.
 * @throws Error when an address is taken, or too few workers come within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong or a task cannot be encoded.
 */
export async function taskGeneratorAgent(
  options: TaskGeneratorOptions = {},
): Promise<TaskGeneratorSummary> {
  const settings = readOptions(options);
  const { workers, startTimeoutMs, signal, clock, report } = settings;
  const startedAt = clock();
  const summary: TaskGeneratorSummary = {
    outcome: "stopped",
    tasksSent: 0,
    workersStarted: 0,
    durationMs: 0,
  };

  await withSockets(signal, async (open) => {
    const { context, highWaterMark, taskVentilatorAddr, controlSyncAddr } = settings;
    const taskSocket = open(
      new Push({ context, sendHighWaterMark: highWaterMark, linger: LINGER_MS }),
    );
    const control = open(
      new XPublisher({ context, verbosity: "allSubsUnsubs", linger: LINGER_MS }),
    );
    const workforce = new Connections(taskSocket);
    const gate = new StartGate(control, workforce);
    const taskAddress = await bindSocket(taskSocket, "taskVentilatorAddr", taskVentilatorAddr);
    const controlAddress = await bindSocket(control, "controlSyncAddr", controlSyncAddr);
    report({ type: "listening", addresses: [taskAddress, controlAddress] });

    await gate.serveWhile(async () => {
      const onReady = (ready: number) => report({ type: "worker-ready", ready, expected: workers });
      await gate.wait(workers, startTimeoutMs, signal, onReady);
      summary.workersStarted = gate.ready;
      await gate.open();
      report({ type: "started", workers: summary.workersStarted });
      workforce.onChange(() =>
        report({ type: "workers-connected", connected: workforce.connected }),
      );
      const allSent = await sendEveryTask(settings, taskSocket, workforce, summary);
      const somebodyWasThere = await endEveryWorker(settings, taskSocket, workforce);
      summary.outcome = allSent && somebodyWasThere ? "complete" : "workers-lost";
    });
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

/** Sends the tasks one by one; false when no worker is left to take them. */
async function sendEveryTask(
  settings: Settings,
  taskSocket: Push,
  workforce: Connections,
  summary: TaskGeneratorSummary,
): Promise<boolean> {
  const { tasks, createData, taskDelayMs, peerTimeoutMs, signal, clock, report } = settings;
  const nobodyIsLeft = () => workforce.goneForMs > peerTimeoutMs;
  for (let n = 1; n <= tasks; n++) {
    const task = createTaskMessage(await unlessAborted(createData(n), signal), clock());
    if (!(await sendUntil(taskSocket, encodeMessage(task, settings), nobodyIsLeft))) return false;
    summary.tasksSent = n;
    report({ type: "task-sent", taskId: task.task_id, data: task.data });
    if (taskDelayMs > 0) await delay(taskDelayMs, undefined, { signal });
  }
  return true;
}

/**
 * Sends END until no worker is connected. PUSH gives a message to whoever has room, so while the
 * queue of a slow worker is full, a fast one gets its END as well, and takes it along when it hangs up.
 * So whenever somebody hangs up, one more END goes out to those who are left; a worker stops at its first.
 * Returns false when nobody was left to end.
 */
async function endEveryWorker(
  settings: Settings,
  taskSocket: Push,
  workforce: Connections,
): Promise<boolean> {
  const { peerTimeoutMs, signal, report } = settings;
  const end = encodeMessage(createEndMessage(), settings);
  const nobodyIsLeft = () => workforce.connected === 0;
  const sendEnd = async (again: boolean) => {
    if (await sendUntil(taskSocket, end, nobodyIsLeft)) report({ type: "end-sent", again });
  };
  // Who came last may not be announced yet.
  if (!(await workforce.isBackWithin(peerTimeoutMs, signal))) return false;
  const changes = workforce.changes(signal);
  for (let n = workforce.connected; n > 0; n--) await sendEnd(false);
  while (workforce.connected > 0) {
    await changes.next();
    await sendEnd(true);
  }
  return true;
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: TaskGeneratorOptions) {
  const { tasks = 10, workers = 2, createData = demonstrationData, taskDelayMs = 100 } = options;
  const { taskVentilatorAddr = TASK_VENTILATOR_ADDR, controlSyncAddr = CONTROL_SYNC_ADDR } =
    options;
  checkWholeNumbers(0, { tasks });
  checkWholeNumbers(1, { workers });
  checkDurations({ taskDelayMs }, LONGEST_MS);
  const shared = withDefaults(options);
  const report = createReporter("Generator", shared.clock, options.onEvent);
  return {
    ...shared,
    tasks,
    workers,
    createData,
    taskDelayMs,
    taskVentilatorAddr,
    controlSyncAddr,
    report,
  };
}

if (require.main === module) {
  const flags = [
    flag.tasks,
    flag.data,
    flag.workers,
    flag.taskDelayMs,
    flag.taskVentilatorAddr,
    flag.controlSyncAddr,
    ...neighbourFlags,
  ];
  void runStandalone(
    "task-generator",
    "Makes tasks and shares them out among the workers.",
    flags,
    async ({ data: file, ...options }: TaskGeneratorOptions & { data?: string }) =>
      taskGeneratorAgent({
        ...options,
        createData: file === undefined ? file : loadCreateData(file),
      }),
  );
}
