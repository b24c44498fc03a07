/** A collector that only counts, and deliveries in which counting goes wrong. */
import { Context, Pull, Push } from "zeromq";
import { resultCollectorAgent } from "../../agents/result-collector";
import { encodeFrame } from "../../messages/frame";
import {
  createResultMessage,
  createWorkerDoneMessage,
  WORKER_DONE,
  type ResultMessage,
} from "../../messages/result-message";
import { Connections } from "../../transport/connections";
import { within } from "../../transport/patience";
import { closeSocket } from "../lab/close-socket";

/** Takes as many messages as there are tasks and workers. */
export async function collectNaively(
  results: Pull,
  tasks: number,
  workers: number,
): Promise<ResultMessage[]> {
  const messages: ResultMessage[] = [];
  while (messages.length < tasks + workers) {
    const [frame] = await results.receive();
    messages.push(JSON.parse(frame!.toString()) as ResultMessage);
  }
  return messages.filter(({ task_id: taskId }) => taskId !== WORKER_DONE);
}

const result = (task: number, worker: string) =>
  encodeFrame(createResultMessage(`task-${task}`, `answer ${task}`, worker));
const done = (worker: string) => encodeFrame(createWorkerDoneMessage(worker));

/** What two workers may send for three tasks; Worker-1 has the first two. */
export const deliveries = {
  "all goes well": [result(1, "1"), result(2, "1"), done("1"), result(3, "2"), done("2")],
  "Worker-1 sends its results twice": [
    ...[result(1, "1"), result(2, "1"), result(1, "1"), result(2, "1"), done("1")],
    ...[result(3, "2"), done("2")],
  ],
  "a stranger sends garbage": [
    ...[result(1, "1"), Buffer.from("hello?"), result(2, "1"), done("1")],
    ...[result(3, "2"), done("2")],
  ],
  "Worker-2 dies at work": [result(1, "1"), result(2, "1"), done("1")],
} satisfies Record<string, Buffer[]>;

/** Takes one delivery and says in words what came of it. */
export type Collecting = (frames: readonly Buffer[]) => Promise<string>;

/** Makes every delivery to every collector: a row a delivery, a column a collector. */
export async function deliverToAll(collectors: Record<string, Collecting>): Promise<object[]> {
  const rows: object[] = [];
  for (const [delivery, frames] of Object.entries(deliveries)) {
    const row: Record<string, string> = { delivery };
    for (const [name, collecting] of Object.entries(collectors))
      row[name] = await collecting(frames);
    rows.push(row);
  }
  return rows;
}

const TASKS = 3;
const WORKERS = 2;

/** How long a collector is watched that waits, in milliseconds. */
const WATCHED_MS = 1000;

/** What the collector that only counts makes of a delivery. */
export async function countingOutcome(frames: readonly Buffer[]): Promise<string> {
  const results = new Pull({ context: new Context(), receiveTimeout: WATCHED_MS });
  try {
    await results.bind("tcp://127.0.0.1:*");
    await send(frames, results.lastEndpoint!);
    const collected = await collectNaively(results, TASKS, WORKERS);
    return `ends with ${collected.map(({ task_id: taskId }) => taskId).join(", ")}`;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return code === "EAGAIN" ? "waits for ever (we gave up)" : `dies: ${name}`;
  } finally {
    await closeSocket(results);
  }
}

/** What our collector makes of a delivery. */
export async function agentOutcome(frames: readonly Buffer[]): Promise<string> {
  let sending: Promise<void> | undefined;
  const { outcome, results, missing, duplicates, framesRejected, workersNotDone } =
    await resultCollectorAgent({
      tasks: TASKS,
      workers: WORKERS,
      workerIds: ["1", "2"],
      resultCollectorAddr: "tcp://127.0.0.1:*",
      peerTimeoutMs: WATCHED_MS / 2,
      onEvent: (event) => {
        if (event.type === "listening") sending = send(frames, event.addresses[0]!);
      },
    });
  await sending;
  const taskIds = results.map(({ task_id: taskId }) => taskId).join(", ");
  const remarks = [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...workersNotDone.map((worker) => `Worker-${worker} never done`),
    ...(duplicates > 0 ? [`${duplicates} duplicates dropped`] : []),
    ...(framesRejected > 0 ? [`${framesRejected} frame refused`] : []),
  ];
  return [`${outcome} with ${taskIds}`, ...remarks].join("; ");
}

/** Sends as two workers that both hang up at the end; one road for all frames, so that the order is fixed. */
async function send(frames: readonly Buffer[], address: string): Promise<void> {
  const context = new Context();
  const workers = [1, 2].map(() => new Push({ context, linger: WATCHED_MS }));
  const connections = workers.map((worker) => new Connections(worker));
  workers.forEach((worker) => worker.connect(address));
  await within(
    5000,
    undefined,
    (patience) => Promise.all(connections.map((connection) => connection.somebody(patience))),
    () => `No collector answers at ${address}.`,
  );
  for (const frame of frames) await workers[0]!.send(frame);
  workers.forEach((worker) => worker.close());
}
