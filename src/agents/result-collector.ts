/**
 * Collects the results until all are in and every worker is done.
 *
 *     processor PUSH ──results──▶ PULL collector
 *
 *     npx ts-node src/agents/result-collector.ts --tasks 10 --workers 2
 */
import { Pull } from "zeromq";
import { parseResult } from "../messages/frame";
import { isPartialResult } from "../messages/partial-result";
import {
  isFailedResult,
  isWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../messages/result-message";
import { RESULT_COLLECTOR_ADDR } from "../transport/addresses";
import { Connections } from "../transport/connections";
import { receiveUntil } from "../transport/patience";
import { bindSocket, withSockets } from "../transport/sockets";
import { flag, neighbourFlags, runStandalone } from "./command-line";
import {
  type OnEvent,
  type Outcome,
  type ResultCollectorEvent,
  type ResultCollectorSummary,
} from "./events";
import { checkWholeNumbers, HANG_UP_FACTOR, withDefaults, type AgentOptions } from "./options";
import { createReporter } from "./stamp";
import { ResultTally } from "./result-tally";

/** Options of {@link resultCollectorAgent}. */
export interface ResultCollectorOptions extends AgentOptions {
  /** How many results to wait for. Default: 10. */
  tasks?: number;
  /** How many workers must say WORKER_DONE. Default: 2. */
  workers?: number;
  /** The workers' names, if they are known: the summary can then name one that never sent anything. */
  workerIds?: readonly string[];
  /** Where to bind. Default: RESULT_COLLECTOR_ADDR. */
  resultCollectorAddr?: string;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<ResultCollectorEvent>;
}

/**
 * Waits for `tasks` results and `workers` leaves, in any order, and sums up. When every worker is gone
 * before that, it ends as well and says what is missing.
 * @throws Error when the address is taken, or no worker comes within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function resultCollectorAgent(
  options: ResultCollectorOptions = {},
): Promise<ResultCollectorSummary> {
  const settings = readOptions(options);
  const { tasks, workers, workerIds, signal, clock, report } = settings;
  const startedAt = clock();
  const tally = new ResultTally(tasks, workers, workerIds);
  let outcome: Outcome = "stopped";
  let framesRejected = 0;

  await withSockets(signal, async (open) => {
    const { context, highWaterMark, maxFrameBytes, resultCollectorAddr } = settings;
    const maxMessageSize = maxFrameBytes * HANG_UP_FACTOR;
    const resultSocket = open(
      new Pull({ context, receiveHighWaterMark: highWaterMark, maxMessageSize }),
    );
    const workforce = new Connections(resultSocket);
    const address = await bindSocket(resultSocket, "resultCollectorAddr", resultCollectorAddr);
    report({ type: "listening", addresses: [address] });
    workforce.onChange(() => report({ type: "workers-connected", connected: workforce.connected }));

    const isOver = () => nobodyWillSend(settings, workforce, address);
    for await (const frames of receiveUntil(resultSocket, isOver, settings.codec)) {
      const parsed = parseResult(frames, settings);
      if (parsed.ok) {
        take(settings, tally, parsed.message);
        if (tally.isComplete) break;
      } else {
        framesRejected++;
        report({ type: "frame-rejected", code: parsed.code, reason: parsed.reason });
      }
    }
    outcome = tally.isComplete ? "complete" : "workers-lost";
  });

  const summary = { outcome, ...tally.summary(), framesRejected, durationMs: clock() - startedAt };
  report({ type: "finished", summary });
  return summary;
}

/**
 * Tells whether waiting has lost its sense: all workers came and all are gone, or the wait for the
 * first ones is over.
 * @throws Error when not a single worker ever came.
 */
function nobodyWillSend(
  { workers, startTimeoutMs, peerTimeoutMs }: Settings,
  workforce: Connections,
  address: string,
): boolean {
  if (workforce.most >= workers) return workforce.goneForMs > peerTimeoutMs;
  if (workforce.goneForMs <= startTimeoutMs) return false;
  if (workforce.most > 0) return true;
  throw new Error(
    `No worker connected to ${address} within ${startTimeoutMs} ms. Are they running, and is that where they connect?`,
  );
}

/** Notes a message and reports what it was; what came too late is not worth a word. */
function take(
  { report }: Settings,
  tally: ResultTally,
  message: ResultMessage | WorkerDoneMessage,
): void {
  const kind = tally.add(message);
  const workerId = message.worker_id;
  if (kind === "duplicate" || kind === "late-part") return;
  if (isWorkerDoneMessage(message)) report({ type: "worker-done", workerId });
  else if (isPartialResult(message)) {
    const { task_id: taskId, data: part } = message.result_data;
    report({ type: "partial-received", taskId, workerId, part });
  } else {
    const { task_id: taskId, result_data: result } = message;
    report({ type: "result-received", taskId, workerId, result, failed: isFailedResult(result) });
  }
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: ResultCollectorOptions) {
  const {
    tasks = 10,
    workers = 2,
    workerIds,
    resultCollectorAddr = RESULT_COLLECTOR_ADDR,
  } = options;
  checkWholeNumbers(0, { tasks });
  checkWholeNumbers(1, { workers });
  const shared = withDefaults(options);
  const report = createReporter("Collector", shared.clock, options.onEvent);
  return { ...shared, tasks, workers, workerIds, resultCollectorAddr, report };
}

if (require.main === module) {
  const { tasks, workers, workerIds, resultCollectorAddr } = flag;
  const flags = [tasks, workers, workerIds, resultCollectorAddr, ...neighbourFlags];
  void runStandalone(
    "result-collector",
    "Collects the results until all are in.",
    flags,
    resultCollectorAgent,
  );
}
