/**
 * The order in which a Majordomo pool comes up and goes down, and the report of what became of it. How an
 * agent is launched, as a function or as a process, is somebody else's business.
 */
import type { AgentEvent, OnEvent, Outcome } from "../agents/events";
import type { MajordomoBrokerOptions } from "../agents/majordomo/broker";
import type { MajordomoClientOptions } from "../agents/majordomo/client";
import type {
  MajordomoBrokerSummary,
  MajordomoClientSummary,
  MajordomoWorkerSummary,
} from "../agents/majordomo/events";
import type { MajordomoWorkerOptions } from "../agents/majordomo/worker";
import { checkWholeNumbers, type HeartbeatOptions } from "../agents/options";
import type { DeadLetter } from "../messages/dead-letter";
import type { ResultMessage } from "../messages/result-message";
import { Crew } from "./crew";
import type { Launched } from "./pipeline";
import { Recorder } from "./recorder";

/** Options of a pool, however its agents run. */
export interface PoolOptions
  extends
    HeartbeatOptions,
    Pick<MajordomoBrokerOptions, "brokerAddr" | "requestTimeoutMs" | "serviceTimeoutMs">,
    Pick<MajordomoClientOptions, "taskDelayMs" | "maxOutstanding" | "maxAttempts" | "backoffMs"> {
  /** How many tasks. Default: 10. */
  tasks?: number;
  /** How many workers; they are called "1", "2", … Default: 2. */
  workers?: number;
  /** How long a task takes, in milliseconds, a number for each worker. Default: 500 + 100 · n for worker n. */
  workMs?: readonly number[];
  /** How many tasks a worker holds at once, one of them worked on. Default: 1. */
  prefetch?: number;
  /** The pause between heartbeats, in milliseconds. Default: 250, a tenth of the agents' own. */
  heartbeatMs?: number;
  /** How long the agents wait for each other at the beginning, in milliseconds. Default: 10 000. */
  startTimeoutMs?: number;
  /** Stops every agent; the report tells how far they came. */
  signal?: AbortSignal;
  /** Takes the events of all agents as they happen. Default: nobody does, but the report has them. */
  onEvent?: OnEvent;
}

/** What became of a pool. */
export interface PoolReport {
  /** "complete" when every task ended: as a result or as a dead letter. */
  outcome: Outcome;
  results: ResultMessage[];
  deadLetters: DeadLetter[];
  /** The agents' summaries; one whose process was killed could not give any. */
  client?: MajordomoClientSummary;
  broker?: MajordomoBrokerSummary;
  workers: MajordomoWorkerSummary[];
  /** Everything that was reported, in order of time. */
  events: AgentEvent[];
}

/** How agents are launched: as functions in this event loop, or as processes. */
export interface LaunchPool {
  /** Launch each worker when the one before has joined, so that Worker-1 always gets the first task. */
  inTurn: boolean;
  broker(options: Launched<MajordomoBrokerOptions>): Promise<MajordomoBrokerSummary | undefined>;
  worker(options: Launched<MajordomoWorkerOptions>): Promise<MajordomoWorkerSummary | undefined>;
  client(options: Launched<MajordomoClientOptions>): Promise<MajordomoClientSummary | undefined>;
}

/**
 * Launches the broker, the workers and, when all have joined, the client. When every task has ended, the
 * workers leave and then the broker stops. When one agent fails, all are stopped.
 * @throws what the first agent that failed threw.
 */
export async function orchestratePool(
  launch: LaunchPool,
  options: PoolOptions,
): Promise<PoolReport> {
  const { tasks, taskDelayMs, maxOutstanding, maxAttempts, backoffMs } = options;
  const { workers: count = 2, prefetch = 1, heartbeatMs = 250, startTimeoutMs = 10_000 } = options;
  checkWholeNumbers(1, { workers: count, prefetch });
  const recorder = new Recorder(options.onEvent);
  const crew = new Crew(options.signal);
  const stage: Stage = {
    launch,
    recorder,
    crew,
    shared: { heartbeatMs, onEvent: recorder.onEvent },
  };

  const broker = await launchBroker(stage, options);
  const workers = await launchWorkers(stage, broker, count, options);
  const demand = { tasks, taskDelayMs, maxOutstanding, maxAttempts, backoffMs, startTimeoutMs };
  const { brokerAddr } = broker;
  const client = crew.add(
    launch.client({ ...stage.shared, ...demand, brokerAddr, signal: crew.signal }),
  );
  await Promise.allSettled([client]);
  const workerSummaries = await workers.leave();
  await broker.close();
  await crew.end();
  return report(recorder, await client, await broker.ended, workerSummaries);
}

/** What every part of the play needs. */
interface Stage {
  launch: LaunchPool;
  recorder: Recorder;
  crew: Crew;
  shared: { heartbeatMs: number; onEvent: OnEvent };
}

async function launchBroker({ launch, recorder, crew, shared }: Stage, options: PoolOptions) {
  const { brokerAddr, liveness, requestTimeoutMs, serviceTimeoutMs, maxAttempts } = options;
  const policy = { liveness, requestTimeoutMs, serviceTimeoutMs, maxAttempts };
  const closing = new AbortController();
  const signal = AbortSignal.any([crew.signal, closing.signal]);
  const ended = crew.add(launch.broker({ ...shared, ...policy, brokerAddr, signal }));
  const event = await recorder.first(ended, ({ type }) => type === "listening");
  const close = () => {
    closing.abort();
    return Promise.allSettled([ended]);
  };
  return { ended, close, brokerAddr: event?.type === "listening" ? event.addresses[0] : undefined };
}

async function launchWorkers(
  { launch, recorder, crew, shared }: Stage,
  { ended, brokerAddr }: { ended: Promise<unknown>; brokerAddr?: string },
  count: number,
  { workMs = [], prefetch = 1, liveness }: PoolOptions,
) {
  const leaving = new AbortController();
  const signal = AbortSignal.any([crew.signal, leaving.signal]);
  const workers: Promise<MajordomoWorkerSummary | undefined>[] = [];
  const joined = (n: number) =>
    recorder.first(
      ended,
      (event) => event.type === "worker-joined" && event.workers >= n * prefetch,
    );
  for (let n = 1; n <= count; n++) {
    const own = { workerId: String(n), workMs: workMs[n - 1], prefetch, signal };
    workers.push(crew.add(launch.worker({ ...shared, ...own, liveness, brokerAddr })));
    if (launch.inTurn) await joined(n);
  }
  await joined(count);
  const leave = () => {
    leaving.abort();
    return Promise.allSettled(workers);
  };
  return { leave };
}

function report(
  recorder: Recorder,
  client: MajordomoClientSummary | undefined,
  broker: MajordomoBrokerSummary | undefined,
  workers: PromiseSettledResult<MajordomoWorkerSummary | undefined>[],
): PoolReport {
  return {
    outcome: client?.outcome ?? "client-lost",
    results: client?.results ?? [],
    deadLetters: client?.deadLetters ?? [],
    client,
    broker,
    workers: workers.flatMap((ending) =>
      ending.status === "fulfilled" && ending.value ? [ending.value] : [],
    ),
    events: recorder.events,
  };
}
