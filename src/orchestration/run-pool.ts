/** A whole Majordomo pool in one event loop: agents are functions, the wire between them is real. */
import { majordomoBrokerAgent } from "../agents/majordomo/broker";
import { majordomoClientAgent, type MajordomoClientOptions } from "../agents/majordomo/client";
import { majordomoWorkerAgent, type MajordomoWorkerOptions } from "../agents/majordomo/worker";
import { orchestratePool, type PoolOptions, type PoolReport } from "./pool";

/** Options of {@link runPool}. */
export interface RunPoolOptions
  extends
    PoolOptions,
    Pick<MajordomoClientOptions, "createData">,
    Pick<MajordomoWorkerOptions, "work"> {}

/**
 * Runs broker, workers and client together until every task has ended.
 * @throws Error when an agent fails: the port is taken, an option is wrong. The others are stopped.
 */
export function runPool(options: RunPoolOptions = {}): Promise<PoolReport> {
  const { createData, work, ...shared } = options;
  return orchestratePool(
    {
      inTurn: true,
      broker: majordomoBrokerAgent,
      worker: (workerOptions) => majordomoWorkerAgent({ ...workerOptions, work }),
      client: (clientOptions) => majordomoClientAgent({ ...clientOptions, createData }),
    },
    shared,
  );
}
