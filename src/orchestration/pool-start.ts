/** How a Majordomo pool comes up: a broker that listens, then workers that have joined it. */
import { setMaxListeners } from "node:events";
import type { OnEvent } from "../agents/events";
import type { MajordomoBrokerOptions } from "../agents/majordomo/broker";
import type { MajordomoClientOptions } from "../agents/majordomo/client";
import type {
  MajordomoBrokerSummary,
  MajordomoClientSummary,
  MajordomoWorkerSummary,
} from "../agents/majordomo/events";
import type { MajordomoWorkerOptions } from "../agents/majordomo/worker";
import type { AgentOptions } from "../agents/options";
import { unlessAborted, within } from "../transport/patience";
import type { Crew } from "./crew";
import { hasJoined } from "./joining";
import type { Launched } from "./pipeline";
import type { Recorder } from "./recorder";

/** How agents are launched: as functions in this event loop, or as processes. */
export interface LaunchPool {
  /** Launch each worker when the one before has joined, so that Worker-1 always gets the first task. */
  inTurn: boolean;
  broker(options: Launched<MajordomoBrokerOptions>): Promise<MajordomoBrokerSummary | undefined>;
  worker(options: Launched<MajordomoWorkerOptions>): Promise<MajordomoWorkerSummary | undefined>;
  client(options: Launched<MajordomoClientOptions>): Promise<MajordomoClientSummary | undefined>;
}

/** What it takes to launch an agent. */
export interface Stage {
  launch: LaunchPool;
  recorder: Recorder;
  crew: Crew;
  /** Options of every agent. */
  shared: { heartbeatMs: number; codec?: AgentOptions["codec"]; onEvent: OnEvent };
}

/** A broker that was launched. */
export interface RunningBroker {
  /** Where it listens; undefined when the pool was stopped before. */
  brokerAddr: string | undefined;
  ended: Promise<MajordomoBrokerSummary | undefined>;
  /** Stops it, and waits until it has ended. */
  close: () => Promise<unknown>;
}

/** Launches the broker and waits until it listens. @throws what it failed of, or Error when it was killed. */
export async function startBroker(
  { launch, recorder, crew, shared }: Stage,
  options: Omit<MajordomoBrokerOptions, "signal" | "onEvent">,
): Promise<RunningBroker> {
  const closing = new AbortController();
  const signal = AbortSignal.any([crew.signal, closing.signal]);
  const ended = crew.add(launch.broker({ ...options, ...shared, signal }));
  const event = await recorder.first(ended, ({ type }) => type === "listening");
  if (!event) await ended;
  if (!event && !crew.signal.aborted) throw new Error("The broker has ended before it listened.");
  const brokerAddr = event?.type === "listening" ? event.addresses[0] : undefined;
  const close = () => {
    closing.abort();
    return Promise.allSettled([ended]);
  };
  return { brokerAddr, ended, close };
}

/** How many workers, and what they are like. */
export interface Team extends Pick<MajordomoWorkerOptions, "prefetch" | "liveness"> {
  count: number;
  /** How long a task takes, in milliseconds, a number for each worker. */
  workMs: readonly number[];
  /** How long all workers together may take to join, in milliseconds. */
  startTimeoutMs: number;
}

/** Workers that were launched. */
export interface RunningWorkers {
  ended: Promise<MajordomoWorkerSummary | undefined>[];
  /** Lets them take their leave, and waits until they have. */
  leave: () => Promise<unknown>;
}

/**
 * Launches workers and waits until all have joined, but for those that were killed meanwhile.
 * @throws Error when they do not join in time, when all were killed, or the broker was.
 */
export async function startWorkers(
  { launch, recorder, crew, shared }: Stage,
  broker: RunningBroker,
  { count, workMs, startTimeoutMs, prefetch, liveness }: Team,
): Promise<RunningWorkers> {
  const { brokerAddr } = broker;
  const leaving = new AbortController();
  const signal = AbortSignal.any([crew.signal, leaving.signal]);
  setMaxListeners(0, signal);
  const ended: RunningWorkers["ended"] = [];
  let joined = 0;
  const start = async (n: number) => {
    const own = { workerId: String(n), workMs: workMs[n - 1], prefetch, liveness };
    const worker = crew.add(launch.worker({ ...own, ...shared, brokerAddr, signal }));
    ended.push(worker);
    if (await hasJoined(recorder, worker, own)) joined++;
  };
  const startAll = async () => {
    const starts: Promise<void>[] = [];
    for (let n = 1; n <= count && !crew.signal.aborted; n++) {
      starts.push(start(n));
      if (launch.inTurn) await starts.at(-1);
    }
    await Promise.all(starts);
  };

  const brokerGone = async () => {
    await broker.ended;
    if (!crew.signal.aborted)
      throw new Error("The broker has ended before the workers had joined.");
  };

  await within(
    startTimeoutMs,
    undefined, // a crew that is stopped ends by itself
    (patience) => unlessAborted(Promise.race([startAll(), brokerGone()]), patience),
    () => `Only ${joined} of ${count} workers have joined the broker within ${startTimeoutMs} ms.`,
  );
  if (joined === 0 && !crew.signal.aborted)
    throw new Error(`None of ${count} workers has joined the broker: all were killed before.`);
  const leave = () => {
    leaving.abort();
    return Promise.allSettled(ended);
  };
  return { ended, leave };
}
