/** Three tasks for the reader's worker, from a real broker; a second worker comes when the first is struck off. */
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, type MessageLike } from "zeromq";
import type { AgentEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import { encodeFrame, parseTaskFrame } from "../../messages/frame";
import { createResultMessage } from "../../messages/result-message";
import { isEndMessage, type TaskMessage } from "../../messages/task-message";
import { openBroker } from "../lab/broker";
import type { Lab } from "../lab/room";

/** What the reader's worker is given. */
export interface WorkerKit {
  /** Connected to the broker. */
  broker: Dealer;
  /** Takes the body of a request, and gives the body of its answer. */
  work: (body: Buffer) => Promise<Buffer>;
  /** How often the broker wants to hear from a worker, in milliseconds: who misses three is struck off. */
  heartbeatMs: number;
}

/** What the reader writes: serves until its socket is closed. */
export type MajordomoHand = (kit: WorkerKit) => Promise<unknown>;

/** The reader's worker as the broker knows it. */
export const YOURS = "Your-worker";

export const TASKS = 3;

/** The first and the last task are short; in the second a worker must be heard. */
const LONG_TASK_MS = 900;
const SHORT_TASK_MS = 50;

/** Before the third task nobody has anything to do for so long. */
const IDLE_MS = 800;

const HEARTBEAT_MS = 100;

/** The tasks take 1.8 s; 0.9 s more where a second worker does the long one again. */
const LIMIT_MS = 12_000;

/** What was seen. */
export interface Trial {
  /** What broker, client and second worker reported. */
  events: AgentEvent[];
  /** How often somebody began with task 1, 2 and 3. */
  begun: number[];
  /** The task that the reader's worker is at. */
  working?: number;
  /** What the reader's worker was at when the broker struck it off. */
  atParting?: { task?: number };
  /** How the reader's function ended, if it did before its socket was closed. */
  ending?: { thrown: unknown } | { returned: unknown };
  /** How often the worker spoke after its socket was closed. */
  lateWords: number;
}

/** Tries the reader's worker; returns when all three tasks have ended, or it has, or time is up. */
export async function tryOut(myWorker: MajordomoHand, { signal, use }: Lab): Promise<Trial> {
  const trial: Trial = { events: [], begun: [0, 0, 0], lateWords: 0 };
  const onEvent = (event: AgentEvent) => {
    trial.events.push(event);
    if (event.type !== "worker-left" || event.worker !== YOURS || trial.atParting) return;
    trial.atParting = { task: trial.working };
    void use(majordomoWorkerAgent({ ...shared, workerId: "2", work: secondHand(trial) }));
  };
  const brokerAddr = await openBroker({ signal, use }, { heartbeatMs: HEARTBEAT_MS, onEvent });
  const shared = { brokerAddr, heartbeatMs: HEARTBEAT_MS, signal, onEvent };
  const broker = use(new PatientDealer({ routingId: YOURS, linger: 0 }));
  broker.connect(brokerAddr);
  const kit = { broker, work: firstHand(trial), heartbeatMs: HEARTBEAT_MS };
  const running = use(endingOf(myWorker, kit, trial));
  const client = use(sendTasks(shared));
  await Promise.race([client, running, delay(LIMIT_MS, undefined, { signal })]);
  const seen = { ...trial, events: [...trial.events] };
  broker.close();
  await Promise.race([running, delay(2 * HEARTBEAT_MS)]);
  await delay(3 * HEARTBEAT_MS); // a heart that has not stopped is heard by now
  return { ...seen, lateWords: broker.lateWords };
}

/** A socket to which one may speak after its end: a heart that beats on would be an error in a later cell. */
class PatientDealer extends Dealer {
  #lateWords = 0; // a socket takes no other fields

  get lateWords(): number {
    return this.#lateWords;
  }

  override async send(message: MessageLike | MessageLike[]): Promise<void> {
    if (this.closed) this.#lateWords++;
    else await super.send(message);
  }
}

type Shared = { brokerAddr: string; heartbeatMs: number; signal: AbortSignal };

/** One task after the other, with a pause before the third. */
function sendTasks(shared: Shared) {
  const createData = async (n: number) => {
    if (n === TASKS) await delay(IDLE_MS, undefined, { signal: shared.signal });
    return n;
  };
  return majordomoClientAgent({ ...shared, tasks: TASKS, maxOutstanding: 1, createData });
}

async function endingOf(myWorker: MajordomoHand, kit: WorkerKit, trial: Trial): Promise<void> {
  try {
    trial.ending = { returned: await myWorker(kit) };
  } catch (thrown) {
    trial.ending = { thrown };
  }
}

/** The work of the reader's worker. */
function firstHand(trial: Trial): WorkerKit["work"] {
  return async (body) => {
    const task = readTask(body);
    const n = Number(task.data);
    trial.working = n;
    await doTask(n, trial);
    if (trial.working === n) trial.working = undefined;
    return Buffer.from(encodeFrame(createResultMessage(task.task_id, n, YOURS)));
  };
}

/** The work of the second worker. */
function secondHand(trial: Trial) {
  return async (data: unknown) => {
    await doTask(Number(data), trial);
    return Number(data);
  };
}

async function doTask(n: number, trial: Trial): Promise<void> {
  trial.begun[n - 1]!++;
  await delay(n === 2 ? LONG_TASK_MS : SHORT_TASK_MS);
}

function readTask(body: Buffer): TaskMessage {
  const parsed = parseTaskFrame(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (parsed.ok && !isEndMessage(parsed.message)) return parsed.message;
  throw new TypeError("work takes the body of a REQUEST, which is its last frame");
}
