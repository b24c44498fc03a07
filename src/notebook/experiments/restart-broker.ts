/** A fault to inject: the broker dies under load, and a new one takes its place. */
import type { AgentEvent } from "../../agents/events";
import { ProcessPool } from "../../orchestration/process-pool";
import type { TroubleOptions, TroubleReport } from "./comings-and-goings";

const heart = { heartbeatMs: 200, liveness: 3 };

/**
 * Lets a client send 60 tasks of 100 ms to three workers, kills the broker as `kill -9` does when 20
 * results are in, and starts one at the same address that knows nothing.
 */
export async function restartBroker({
  brokerAddr,
  ...options
}: TroubleOptions): Promise<TroubleReport> {
  const pool = new ProcessPool(options);
  try {
    await pool.startBroker({ ...heart, brokerAddr });
    // The client is patient: a process takes its time to start, on a busy machine a long one.
    const client = pool.runClient({ tasks: 60, peerTimeoutMs: 60_000 });
    const workers = ["1", "2", "3"].map((id) => pool.startWorker(id, { ...heart, workMs: 100 }));
    await Promise.race([client, Promise.all([...workers, results(pool, 20)])]);
    await pool.kill("Broker");
    await pool.startBroker(heart);
    return { client: (await client)!, events: pool.events };
  } finally {
    await pool.close();
  }
}

async function results(pool: ProcessPool, n: number): Promise<void> {
  for (let count = 0; count < n; count++) await pool.next(({ type }) => type === "result-received");
}

/** Counts in a recording: the tasks, how often somebody began with one, and the results that the client took. */
export function countWork(events: readonly AgentEvent[]) {
  const count = (type: AgentEvent["type"]) => events.filter((event) => event.type === type).length;
  return {
    tasks: count("task-sent"),
    begun: count("task-started"),
    results: count("result-received"),
  };
}
