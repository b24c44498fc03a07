/**
 * Sends tasks to a service through a Majordomo broker, many at a time, until each has ended.
 *
 *     client DEALER ──request──▶ ROUTER broker ROUTER ──request──▶ DEALER worker
 *     client DEALER ◀──answer─── ROUTER broker ROUTER ◀──answer─── DEALER worker
 *
 *     npx ts-node src/agents/majordomo/client.ts --tasks 10
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Payload } from "../../messages/payload";
import type { Dialect } from "../../messages/majordomo";
import { BROKER_ADDR, checkAddress } from "../../transport/addresses";
import { LONGEST_MS, unlessAborted } from "../../transport/patience";
import { withSockets } from "../../transport/sockets";
import { flag, neighbourFlags, runStandalone } from "../command-line";
import { demonstrationData } from "../demonstration-job";
import type { OnEvent } from "../events";
import {
  checkDurations,
  checkTimeLimits,
  checkWholeNumbers,
  withDefaults,
  withHeartbeatDefaults,
  type AgentOptions,
  type HeartbeatOptions,
} from "../options";
import { loadCreateData } from "../load-export";
import { createReporter } from "../stamp";
import type { MajordomoClientEvent, MajordomoClientSummary } from "./events";
import { majordomoFlag } from "./flags";
import { checkDialect, checkService } from "./protocol-options";
import { hold, type Converse } from "./client/ask";
import { Requester } from "./client/requester";
import { withRetryDefaults, type RetryPolicy } from "./client/retry-policy";

/** Options of {@link majordomoClientAgent}. */
export interface MajordomoClientOptions extends AgentOptions, HeartbeatOptions, RetryPolicy {
  /** Where the broker is. Default: BROKER_ADDR. */
  brokerAddr?: string;
  /** Which service to ask. Default: "work". */
  service?: string;
  /** How many tasks to send. Default: 10. */
  tasks?: number;
  /** What to ask, and what to make of the answers: in place of `tasks`, `createData`, `service` and `taskDelayMs`. */
  converse?: Converse;
  /** The data of task `n`, counted from 1. Default: "Task_1_payload", "Task_2_payload", … */
  createData?: (n: number) => Payload | Promise<Payload>;
  /** The pause after each task, in milliseconds. Default: 0. */
  taskDelayMs?: number;
  /** How many tasks may be without an end at a time, those that wait for another try included (back-pressure). Default: 100. */
  maxOutstanding?: number;
  /**
   * After how much silence the broker seems dead while an answer is due, in milliseconds; a connection
   * that is lost is a matter of peerTimeoutMs instead. Before that
   * the client asks it for a sign of life, each `heartbeatMs` or third of this time, whichever is
   * shorter; not in the dialect "0.2-delimited", whose broker knows no such question: there it must
   * be longer than any task takes. Default: heartbeatMs · liveness, 7500.
   */
  replyTimeoutMs?: number;
  /** After how many such silences in a row, each but the last followed by a new connection, the broker is lost. Default: 3. */
  retries?: number;
  /** How to write the protocol. Default: "0.2". */
  dialect?: Dialect;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<MajordomoClientEvent>;
}

/**
 * Sends each task as a request; a task ends once: with a result, or as a dead letter with its history,
 * which the summary lists: dead letters do not make the client fail, its outcome is "complete" all the same.
 * A failed task is tried again as the retry policy says. What is unanswered when the broker comes
 * back, or is silent for too long, is sent again; who answers twice is heard once. A client that is stopped
 * tells the broker that nobody waits for its tasks any more, and so does one whose `converse` throws.
 * @throws Error when the broker does not come within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong or a task cannot be encoded.
 * @throws what `converse` or `createData` throws.
 */
export async function majordomoClientAgent(
  options: MajordomoClientOptions = {},
): Promise<MajordomoClientSummary> {
  const settings = readOptions(options);
  const { tasks, converse, signal, clock, report } = settings;
  const startedAt = clock();
  const summary = createSummary();

  // Stopped, it has a word to say before its socket is closed: the requester sees to it.
  await withSockets(undefined, async (open) => {
    if (signal?.aborted) return;
    if (tasks === 0 && !converse) {
      summary.outcome = "complete";
      return;
    }
    const requester = new Requester(settings, summary, open);
    summary.outcome = await requester.serveWhile((over) =>
      converse ? hold(converse, requester, over) : requestEveryTask(settings, requester, over),
    );
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

async function requestEveryTask(
  { tasks, createData, taskDelayMs, service }: Settings,
  requester: Requester,
  over: AbortSignal,
): Promise<void> {
  for (let n = 1; n <= tasks; n++) {
    await requester.room();
    await requester.request(service, await unlessAborted(createData(n), over));
    if (taskDelayMs > 0) await delay(taskDelayMs, undefined, { signal: over });
  }
}

function createSummary(): MajordomoClientSummary {
  return {
    outcome: "stopped",
    tasksSent: 0,
    results: [],
    deadLetters: [],
    cancelled: 0,
    unanswered: 0,
    byWorker: {},
    retried: 0,
    resent: 0,
    duplicates: 0,
    framesRejected: 0,
    durationMs: 0,
  };
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: MajordomoClientOptions) {
  const { brokerAddr = BROKER_ADDR, service = "work", tasks = 10, maxOutstanding = 100 } = options;
  const {
    createData = demonstrationData,
    converse,
    taskDelayMs = 0,
    retries = 3,
    dialect = "0.2",
  } = options;
  const { heartbeatMs, liveness } = withHeartbeatDefaults(options);
  const { replyTimeoutMs = heartbeatMs * liveness } = options;
  if (converse) checkAlone(options);
  checkAddress("brokerAddr", brokerAddr);
  checkService(service);
  checkDialect(dialect);
  checkWholeNumbers(0, { tasks });
  checkWholeNumbers(1, { maxOutstanding, retries });
  checkDurations({ taskDelayMs }, LONGEST_MS);
  checkTimeLimits({ replyTimeoutMs });
  const shared = withDefaults(options);
  return {
    ...shared,
    ...withRetryDefaults(options),
    brokerAddr,
    service,
    tasks,
    createData,
    converse,
    taskDelayMs,
    maxOutstanding,
    replyTimeoutMs,
    retries,
    heartbeatMs,
    dialect,
    report: createReporter("Client", shared.clock, options.onEvent),
  };
}

/** Who converses says in each question what the other options would say for all. */
function checkAlone(options: MajordomoClientOptions): void {
  for (const name of ["tasks", "createData", "service", "taskDelayMs"] as const)
    if (options[name] !== undefined)
      throw new TypeError(`Cannot use ${name} together with converse: leave one of them out`);
}

if (require.main === module) {
  const { brokerAddr, service, dialect, taskDelayMs, maxOutstanding } = majordomoFlag;
  const { maxAttempts, backoffMs, maxRetryAfterMs, taskTimeoutMs } = majordomoFlag;
  const { replyTimeoutMs, retries, heartbeatMs, liveness } = majordomoFlag;
  const work = [brokerAddr, service, dialect, flag.tasks, flag.data, taskDelayMs, maxOutstanding];
  const policy = [maxAttempts, backoffMs, maxRetryAfterMs, taskTimeoutMs];
  const patience = [heartbeatMs, liveness, replyTimeoutMs, retries];
  void runStandalone(
    "majordomo-client",
    "Sends tasks to a service, and sees to it that each of them ends. What came to nothing is listed as a dead letter, and does not make this program fail (exit code 0).",
    [...work, ...policy, ...patience, ...neighbourFlags],
    async ({ data: file, ...options }: MajordomoClientOptions & { data?: string }) =>
      majordomoClientAgent({
        ...options,
        createData: file === undefined ? file : loadCreateData(file),
      }),
  );
}
