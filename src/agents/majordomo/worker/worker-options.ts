/** The options of a Majordomo worker, their defaults and their checks. */
import type { Dialect } from "../../../messages/majordomo";
import { BROKER_ADDR, checkAddress } from "../../../transport/addresses";
import { LONGEST_MS } from "../../../transport/patience";
import { demonstrationWork, demonstrationWorkMs } from "../../demonstration-job";
import type { OnEvent } from "../../events";
import {
  checkDurations,
  checkName,
  checkWholeNumbers,
  withDefaults,
  withHeartbeatDefaults,
  type AgentOptions,
  type HeartbeatOptions,
} from "../../options";
import { createReporter } from "../../stamp";
import type { Work } from "../../work";
import type { MajordomoWorkerEvent } from "../events";
import { checkDialect, checkService } from "../protocol-options";

/** Options of `majordomoWorkerAgent`. */
export interface MajordomoWorkerOptions
  extends
    Pick<
      AgentOptions,
      "signal" | "highWaterMark" | "codec" | "maxFrameBytes" | "context" | "clock"
    >,
    HeartbeatOptions {
  /** Where the broker is. Default: BROKER_ADDR. */
  brokerAddr?: string;
  /** What this worker can do, as clients ask for it. Default: "work". */
  service?: string;
  /** The worker's name; each worker needs its own. Default: "1". */
  workerId?: string;
  /** What to do with a task. Default: wait for `workMs`, then answer "Result_for_(…)_by_Worker-1". */
  work?: Work;
  /** How long the default work takes, in milliseconds. Default: 500, and 100 more for each count of a numeric workerId. */
  workMs?: number;
  /** How many tasks to hold at a time, 100 at the most: one is worked on, the others wait here instead of at the broker. Default: 1. */
  prefetch?: number;
  /** How long to wait before a new conversation after the broker was silent, in milliseconds; doubled each time in a row. Default: 1000. */
  reconnectMs?: number;
  /** The longest such wait, in milliseconds. Default: 32 000. */
  maxReconnectMs?: number;
  /** How long a stopped worker may go on with the task it has begun, in milliseconds. Default: 10 000. */
  leaveTimeoutMs?: number;
  /** How this worker writes the protocol. Default: "0.2". */
  dialect?: Dialect;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<MajordomoWorkerEvent>;
}

/** Each of them is a socket, which costs several file descriptors; a process has about 1000. */
const MAX_PREFETCH = 100;

export type WorkerSettings = ReturnType<typeof readWorkerOptions>;

/**
 * Fills in the defaults and checks the values.
 * @throws RangeError or TypeError naming the option that is wrong.
 */
export function readWorkerOptions(options: MajordomoWorkerOptions) {
  const { brokerAddr = BROKER_ADDR, service = "work", workerId = "1" } = options;
  const { workMs = demonstrationWorkMs(workerId), work = demonstrationWork(workMs) } = options;
  const { prefetch = 1, reconnectMs = 1000, maxReconnectMs = 32_000 } = options;
  const { leaveTimeoutMs = 10_000, dialect = "0.2" } = options;
  checkAddress("brokerAddr", brokerAddr);
  checkService(service);
  checkName("workerId", workerId);
  checkDurations({ workMs, maxReconnectMs }, LONGEST_MS);
  checkDurations({ leaveTimeoutMs });
  checkWholeNumbers(1, { reconnectMs });
  checkWholeNumbers(1, { prefetch }, MAX_PREFETCH);
  checkDialect(dialect);
  const shared = { ...withDefaults(options), ...withHeartbeatDefaults(options) };
  const report = createReporter(`Worker-${workerId}`, shared.clock, options.onEvent);
  return {
    ...shared,
    brokerAddr,
    service,
    workerId,
    work,
    prefetch,
    reconnectMs,
    maxReconnectMs,
    leaveTimeoutMs,
    dialect,
    report,
  };
}
