/**
 * Takes tasks, works on them one at a time, and sends the results on.
 *
 *     generator PUSH ──tasks──▶ PULL processor PUSH ──results──▶ PULL collector
 *     generator XPUB ──START──▶ SUB processor
 *
 *     npx ts-node src/agents/task-processor.ts --worker-id 1
 */
import { Pull, Push, Subscriber } from "zeromq";
import { encodeMessage, parseTask } from "../messages/frame";
import { createPartialResult } from "../messages/partial-result";
import { createWorkerDoneMessage } from "../messages/result-message";
import { START } from "../messages/start-signal";
import { isEndMessage } from "../messages/task-message";
import {
  checkAddress,
  CONTROL_SYNC_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
} from "../transport/addresses";
import { Connections } from "../transport/connections";
import { LONGEST_MS, receiveUntil, sendUntil, unlessAborted, within } from "../transport/patience";
import { connectSocket, LINGER_MS, withSockets } from "../transport/sockets";
import { flag, neighbourFlags, runStandalone } from "./command-line";
import { demonstrationWork, demonstrationWorkMs } from "./demonstration-job";
import {
  type OnEvent,
  type Outcome,
  type TaskProcessorEvent,
  type TaskProcessorSummary,
} from "./events";
import {
  checkDurations,
  checkName,
  HANG_UP_FACTOR,
  withDefaults,
  type AgentOptions,
} from "./options";
import { loadWork } from "./load-export";
import { PartStream } from "./part-stream";
import { createReporter } from "./stamp";
import type { Work } from "./work";
import { workOn } from "./work-on";

/** Options of {@link taskProcessorAgent}. */
export interface TaskProcessorOptions extends AgentOptions {
  /** The worker's name; each worker needs its own. Default: "1". */
  workerId?: string;
  /** What to do with a task. Default: wait for `workMs`, then answer "Result_for_(…)_by_Worker-1". */
  work?: Work;
  /** How long the default work takes, in milliseconds. Default: 500, and 100 more for each count of a numeric workerId. */
  workMs?: number;
  /**
   * Whether the work may send parts of its answer ahead of the result. A collector in another language would take
   * them for results. Default: false.
   */
  streamParts?: boolean;
  /** Where to fetch tasks. Default: TASK_VENTILATOR_ADDR. */
  taskVentilatorAddr?: string;
  /** Where to send results. Default: RESULT_COLLECTOR_ADDR. */
  resultCollectorAddr?: string;
  /** Where to hear START. Default: CONTROL_SYNC_ADDR. */
  controlSyncAddr?: string;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<TaskProcessorEvent>;
}

/**
 * Waits for START, works until END, and says WORKER_DONE.
 * @throws Error when collector, generator or START do not come within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function taskProcessorAgent(
  options: TaskProcessorOptions = {},
): Promise<TaskProcessorSummary> {
  const settings = readOptions(options);
  const { workerId, signal, clock, report } = settings;
  const startedAt = clock();
  const summary: TaskProcessorSummary = {
    outcome: "stopped",
    workerId,
    tasksDone: 0,
    tasksFailed: 0,
    framesRejected: 0,
    durationMs: 0,
  };

  await withSockets(signal, async (open) => {
    const { context, highWaterMark, maxFrameBytes } = settings;
    const maxMessageSize = maxFrameBytes * HANG_UP_FACTOR;
    const taskSocket = open(
      new Pull({ context, receiveHighWaterMark: highWaterMark, maxMessageSize }),
    );
    const resultSocket = open(
      new Push({ context, sendHighWaterMark: highWaterMark, linger: LINGER_MS }),
    );
    const generator = new Connections(taskSocket);
    const collector = new Connections(resultSocket);
    const wire: Wire = { taskSocket, resultSocket, generator, collector };
    await waitForStart(settings, wire, open(new Subscriber({ context, maxMessageSize })));
    report({ type: "started" });

    const outcome = await workUntilEnd(settings, wire, summary);
    taskSocket.close(); // hanging up tells the generator that this worker has had its END
    const isDelivered = outcome !== "collector-lost" && (await takeLeave(settings, wire));
    if (!isDelivered) resultSocket.linger = 0;
    summary.outcome = isDelivered ? outcome : "collector-lost";
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

/** A processor's two lasting connections. */
interface Wire {
  taskSocket: Pull;
  resultSocket: Push;
  generator: Connections;
  collector: Connections;
}

/**
 * Connects to the collector, then to the generator, then asks for START: who hears START can deliver,
 * so that no task starts on a road that does not lead to the end.
 */
async function waitForStart(settings: Settings, wire: Wire, control: Subscriber): Promise<void> {
  const {
    startTimeoutMs,
    signal,
    report,
    taskVentilatorAddr,
    resultCollectorAddr,
    controlSyncAddr,
  } = settings;
  let awaited = `the collector at ${resultCollectorAddr}`;
  const meetEverybody = async (patience: AbortSignal) => {
    connectSocket(wire.resultSocket, "resultCollectorAddr", resultCollectorAddr);
    await wire.collector.somebody(patience);
    report({ type: "connected", to: "collector" });
    awaited = `the generator at ${taskVentilatorAddr}`;
    connectSocket(wire.taskSocket, "taskVentilatorAddr", taskVentilatorAddr);
    await wire.generator.somebody(patience);
    report({ type: "connected", to: "generator" });
    awaited = `START from ${controlSyncAddr}`;
    connectSocket(control, "controlSyncAddr", controlSyncAddr);
    control.subscribe(START);
    await unlessAborted(control.receive(), patience);
    control.close();
  };
  await within(startTimeoutMs, signal, meetEverybody, () => {
    return `Waited ${startTimeoutMs} ms in vain for ${awaited}. Is it running, and is that its address?`;
  });
}

/** Works on one task after the other; tells what ended it. */
async function workUntilEnd(
  settings: Settings,
  wire: Wire,
  summary: TaskProcessorSummary,
): Promise<Outcome> {
  const { codec, peerTimeoutMs, report } = settings;
  const isOver = () => wire.generator.goneForMs > peerTimeoutMs;
  for await (const frames of receiveUntil(wire.taskSocket, isOver, codec)) {
    const parsed = parseTask(frames, settings);
    if (!parsed.ok) {
      summary.framesRejected++;
      report({ type: "frame-rejected", code: parsed.code, reason: parsed.reason });
    } else if (isEndMessage(parsed.message)) {
      report({ type: "end-received" });
      return "complete";
    } else {
      const { task_id: taskId, data } = parsed.message;
      report({ type: "task-started", taskId, data });
      const parts = streamOf(settings, wire, taskId);
      const { result, failed, answer } = await workOn(settings, parsed.message, parts?.send);
      await parts?.end(); // parts that nobody took are no reason to keep the result
      if (!(await deliver(settings, wire, answer))) return "collector-lost";
      summary.tasksDone++;
      if (failed) summary.tasksFailed++;
      report({ type: "task-done", taskId, result, failed });
    }
  }
  return "generator-lost";
}

/** The way for parts of an answer to leave ahead of it, where they may. */
function streamOf(settings: Settings, wire: Wire, taskId: string): PartStream | undefined {
  const { streamParts, workerId, clock } = settings;
  if (!streamParts) return undefined;
  return new PartStream({
    encode: (data, part) =>
      encodeMessage(createPartialResult(taskId, part, data, workerId, clock()), settings),
    deliver: (frames) => deliver(settings, wire, frames),
  });
}

/** Says WORKER_DONE; false when there is no collector to deliver it to, nor what queued before it. */
async function takeLeave(settings: Settings, wire: Wire): Promise<boolean> {
  const leave = encodeMessage(createWorkerDoneMessage(settings.workerId), settings);
  const isQueued = await deliver(settings, wire, leave);
  return isQueued && (await wire.collector.isBackWithin(settings.peerTimeoutMs, settings.signal));
}

/** Hands a message over to the collector; false when it is gone. */
function deliver({ peerTimeoutMs }: Settings, wire: Wire, frames: Buffer[]): Promise<boolean> {
  return sendUntil(wire.resultSocket, frames, () => wire.collector.goneForMs > peerTimeoutMs);
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: TaskProcessorOptions) {
  const { workerId = "1", workMs = demonstrationWorkMs(workerId), streamParts = false } = options;
  const { work = demonstrationWork(workMs), taskVentilatorAddr = TASK_VENTILATOR_ADDR } = options;
  const { resultCollectorAddr = RESULT_COLLECTOR_ADDR, controlSyncAddr = CONTROL_SYNC_ADDR } =
    options;
  checkName("workerId", workerId);
  checkDurations({ workMs }, LONGEST_MS);
  checkAddress("taskVentilatorAddr", taskVentilatorAddr);
  checkAddress("resultCollectorAddr", resultCollectorAddr);
  checkAddress("controlSyncAddr", controlSyncAddr);
  const shared = withDefaults(options);
  const report = createReporter(`Worker-${workerId}`, shared.clock, options.onEvent);
  return {
    ...shared,
    workerId,
    work,
    streamParts,
    taskVentilatorAddr,
    resultCollectorAddr,
    controlSyncAddr,
    report,
  };
}

if (require.main === module) {
  const addresses = [flag.taskVentilatorAddr, flag.resultCollectorAddr, flag.controlSyncAddr];
  const own = [flag.workerId, flag.work, flag.workMs, flag.streamParts];
  void runStandalone(
    "task-processor",
    "Takes tasks, works on them, sends the results on.",
    [...own, ...addresses, ...neighbourFlags],
    async ({ work: file, ...options }: TaskProcessorOptions & { work?: string }) =>
      taskProcessorAgent({ ...options, work: file === undefined ? file : loadWork(file) }),
  );
}
