/** A whole Majordomo pool with one operating system process an agent: workers can die, and no task is lost. */
import type { MajordomoWorkerOptions } from "../agents/majordomo/worker";
import { runAgent } from "./agent-process";
import type { Launched } from "./pipeline";
import { orchestratePool, type PoolOptions, type PoolReport } from "./pool";

/** Options of {@link runPoolProcesses}. */
export interface RunPoolProcessesOptions extends PoolOptions {
  /** A module whose export `work` does the tasks: a function does not go from one process to another. */
  workFile?: string;
  /** A module whose export `createData` gives the data of task `n`. */
  dataFile?: string;
}

/**
 * Runs broker, workers and client as processes until every task has ended. A "process-started" event
 * tells each one's pid; a process that is killed does not stop the others.
 * @throws Error when an agent fails by itself, with what it wrote to stderr. The others are stopped.
 */
export function runPoolProcesses(options: RunPoolProcessesOptions = {}): Promise<PoolReport> {
  const { workFile, dataFile, ...shared } = options;
  const runWorker = (workerOptions: Launched<MajordomoWorkerOptions>) => {
    const flags = { ...workerOptions, work: workFile };
    return runAgent<never>("majordomo/worker", `Worker-${workerOptions.workerId}`, flags);
  };
  return orchestratePool(
    {
      inTurn: false,
      broker: (brokerOptions) => runAgent("majordomo/broker", "Broker", brokerOptions),
      worker: runWorker,
      client: (clientOptions) => {
        const flags = { ...clientOptions, data: dataFile };
        return runAgent<never>("majordomo/client", "Client", flags);
      },
    },
    shared,
  );
}
