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
import { checkWholeNumbers, type AgentOptions, type HeartbeatOptions } from "../agents/options";
import type { DeadLetter } from "../messages/dead-letter";
import type { ResultMessage } from "../messages/result-message";
import { Crew } from "./crew";
import { startBroker, startWorkers, type LaunchPool, type Stage } from "./pool-start";
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
  /** The payload format of all agents; as processes, by name. Default: "json". */
  codec?: AgentOptions["codec"];
  /** How long the agents wait for each other at the beginning, in milliseconds. Default: 60 000. */
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

/**
 * Launches the broker, the workers and, when all have joined, the client. When every task has ended, the
 * workers leave and then the broker stops. When one agent fails, all are stopped; a worker whose process
 * was killed is not waited for.
 * @throws what the first agent that failed threw, or Error when the pool does not come up.
 */
export async function orchestratePool(
  launch: LaunchPool,
  options: PoolOptions,
): Promise<PoolReport> {
  const { workers: count = 2, prefetch = 1, heartbeatMs = 250, codec } = options;
  checkWholeNumbers(1, { workers: count, prefetch });
  const recorder = new Recorder(options.onEvent);
  const crew = new Crew(options.signal);
  const shared = { heartbeatMs, codec, onEvent: recorder.onEvent };
  const play = crew.add(perform({ launch, recorder, crew, shared }, options));
  await Promise.allSettled([play]);
  await crew.end();
  const { client, broker, workers } = await play;
  return {
    outcome: client?.outcome ?? (options.signal?.aborted ? "stopped" : "client-lost"),
    results: client?.results ?? [],
    deadLetters: client?.deadLetters ?? [],
    client,
    broker,
    workers: workers.filter((summary) => summary !== undefined),
    events: recorder.events,
  };
}

/** From the first agent to the last: gives the summaries of those who could give one. */
async function perform(stage: Stage, options: PoolOptions) {
  const { brokerAddr, requestTimeoutMs, serviceTimeoutMs, liveness } = options;
  const { tasks, taskDelayMs, maxOutstanding, maxAttempts, backoffMs } = options;
  const { workers: count = 2, workMs = [], prefetch, startTimeoutMs = 60_000 } = options;
  const policy = { liveness, requestTimeoutMs, serviceTimeoutMs, maxAttempts };
  const demand = { tasks, taskDelayMs, maxOutstanding, maxAttempts, backoffMs, startTimeoutMs };

  const broker = await startBroker(stage, { brokerAddr, ...policy });
  const team = { count, workMs, prefetch, liveness, startTimeoutMs };
  const workers = await startWorkers(stage, broker, team);
  const { crew, launch, shared } = stage;
  const where = { brokerAddr: broker.brokerAddr, signal: crew.signal };
  const client = crew.add(launch.client({ ...shared, ...demand, ...where }));
  await Promise.allSettled([client]);
  await workers.leave();
  await broker.close();
  return {
    client: await client,
    broker: await broker.ended,
    workers: await Promise.all(workers.ended),
  };
}
