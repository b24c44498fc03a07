/** The options that the programs of the Majordomo agents have a flag for: no functions, and not every number. */
import type { MajordomoBrokerOptions } from "../agents/majordomo/broker";
import type { MajordomoClientOptions } from "../agents/majordomo/client";
import type { MajordomoWorkerOptions } from "../agents/majordomo/worker";

type Shared = "brokerAddr" | "heartbeatMs" | "liveness" | "codec";

/** The options of a broker as a process. */
export type BrokerFlags = Pick<
  MajordomoBrokerOptions,
  Shared | "busySilenceMs" | "requestTimeoutMs" | "serviceTimeoutMs" | "maxAttempts"
>;

type WorkersOwn = "workMs" | "prefetch" | "reconnectMs" | "maxReconnectMs" | "leaveTimeoutMs";

/** The options of a worker as a process, apart from its name. */
export type WorkerFlags = Pick<
  MajordomoWorkerOptions,
  Shared | WorkersOwn | "service" | "dialect" | "highWaterMark"
> & {
  /** The path of a module whose export `work` does the tasks. */
  work?: string;
};

type Demand = "service" | "dialect" | "tasks" | "taskDelayMs" | "maxOutstanding";
type Policy =
  "maxAttempts" | "backoffMs" | "maxRetryAfterMs" | "taskTimeoutMs" | "replyTimeoutMs" | "retries";
type Neighbour = "startTimeoutMs" | "peerTimeoutMs" | "highWaterMark";

/** The options of a client as a process. */
export type ClientFlags = Pick<MajordomoClientOptions, Shared | Demand | Policy | Neighbour> & {
  /** The path of a module whose export `createData` gives the data of task `n`. */
  data?: string;
};
