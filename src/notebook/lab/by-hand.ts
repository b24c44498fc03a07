/** Bare sockets in the place of an agent's neighbours: they do nothing by themselves. */
import { Pull, Push, Subscriber, XPublisher } from "zeromq";
import type { Payload } from "../../messages/payload";
import { encodeFrame, parseResultFrame, parseTaskFrame } from "../../messages/frame";
import {
  isWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../../messages/result-message";
import { START } from "../../messages/start-signal";
import { createTaskMessage, isEndMessage } from "../../messages/task-message";
import {
  CONTROL_SYNC_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
  type PipelineAddresses,
} from "../../transport/addresses";
import { Connections } from "../../transport/connections";
import { bindSocket } from "../../transport/sockets";
import type { Lab } from "./room";

type Use = Lab["use"];

/** A receive by hand that nothing answers ends after this time, in milliseconds, not never. */
const PATIENCE_MS = 3000;

/**
 * Joins a generator as `workers` task processors would, one after the other, so that it knows them in
 * that order. @returns the task socket of each, when START has come.
 */
export async function joinByHand(
  use: Use,
  workers: number,
  {
    taskVentilatorAddr = TASK_VENTILATOR_ADDR,
    controlSyncAddr = CONTROL_SYNC_ADDR,
  }: PipelineAddresses = {},
): Promise<Pull[]> {
  const joined: Pull[] = [];
  const starts: Promise<unknown>[] = [];
  for (let n = 1; n <= workers; n++) {
    const tasks = use(new Pull({ receiveTimeout: PATIENCE_MS }));
    const generator = new Connections(tasks);
    tasks.connect(taskVentilatorAddr);
    await generator.somebody(AbortSignal.timeout(PATIENCE_MS));
    const start = use(new Subscriber({ receiveTimeout: PATIENCE_MS }));
    start.connect(controlSyncAddr);
    start.subscribe(START);
    starts.push(start.receive());
    joined.push(tasks);
  }
  await Promise.all(starts);
  return joined;
}

/** Receives one message from a task socket: the data of a task, or "END". */
export async function takeByHand(tasks: Pull): Promise<Payload> {
  const [frame] = await tasks.receive();
  const parsed = parseTaskFrame(frame!);
  if (!parsed.ok) return `a frame that is no task: ${parsed.reason}`;
  return isEndMessage(parsed.message) ? "END" : parsed.message.data;
}

/** What stands around task processors: a generator's two sockets and a collector's one. */
export interface Surroundings extends Required<PipelineAddresses> {
  tasks: Push;
  start: XPublisher;
  results: Pull;
  /** Waits until `workers` have subscribed, then publishes START. */
  begin: (workers: number) => Promise<void>;
  /** Sends one task with that data and receives one result. @throws Error when none comes in 3 seconds. */
  ask: (data: Payload) => Promise<ResultMessage>;
}

/** Binds the sockets that task processors connect to. */
export async function surroundByHand(
  use: Use,
  addresses: PipelineAddresses = {},
): Promise<Surroundings> {
  const timeouts = { sendTimeout: PATIENCE_MS, receiveTimeout: PATIENCE_MS };
  const tasks = use(new Push({ sendTimeout: PATIENCE_MS, linger: 0 }));
  const start = use(new XPublisher({ ...timeouts, verbosity: "allSubs", linger: 0 }));
  const results = use(new Pull({ receiveTimeout: PATIENCE_MS }));
  const {
    taskVentilatorAddr = TASK_VENTILATOR_ADDR,
    controlSyncAddr = CONTROL_SYNC_ADDR,
    resultCollectorAddr = RESULT_COLLECTOR_ADDR,
  } = addresses;
  return {
    tasks,
    start,
    results,
    taskVentilatorAddr: await bindSocket(tasks, "taskVentilatorAddr", taskVentilatorAddr),
    controlSyncAddr: await bindSocket(start, "controlSyncAddr", controlSyncAddr),
    resultCollectorAddr: await bindSocket(results, "resultCollectorAddr", resultCollectorAddr),
    async begin(workers) {
      for (let n = 1; n <= workers; n++) await start.receive();
      await start.send(START);
    },
    async ask(data) {
      await tasks.send(encodeFrame(createTaskMessage(data)));
      const message = await receiveByHand(results);
      if (!isWorkerDoneMessage(message)) return message;
      throw new Error(`Worker-${message.worker_id} is done: it takes no more tasks.`);
    },
  };
}

/** Receives one message from the workers. @throws Error when it is not one. */
export async function receiveByHand(results: Pull): Promise<ResultMessage | WorkerDoneMessage> {
  const [frame] = await results.receive();
  const parsed = parseResultFrame(frame!);
  if (parsed.ok) return parsed.message;
  throw new Error(`Received a frame that is no result: ${parsed.reason}`);
}
