/** Where the agents meet. One side binds (owns the port), the other connects. */

/** Tasks: the generator binds, processors connect. */
export const TASK_VENTILATOR_ADDR = "tcp://127.0.0.1:5557";

/** Results: the collector binds, processors connect. */
export const RESULT_COLLECTOR_ADDR = "tcp://127.0.0.1:5558";

/** The start signal: the generator binds, processors connect. */
export const CONTROL_SYNC_ADDR = "tcp://127.0.0.1:5559";

/** Requests and answers of the Majordomo Protocol: the broker binds, clients and workers connect. */
export const BROKER_ADDR = "tcp://127.0.0.1:5555";

/** Snapshots of a shared map (CHP's port P): the Clone server binds, clients connect. */
export const CLONE_SNAPSHOT_ADDR = "tcp://127.0.0.1:5560";

/** Updates of a shared map (P + 1): the Clone server binds, clients connect. */
export const CLONE_UPDATES_ADDR = "tcp://127.0.0.1:5561";

/** Changes that clients make (P + 2): the Clone server binds, clients connect. */
export const CLONE_CHANGES_ADDR = "tcp://127.0.0.1:5562";

/** The three addresses of a Clone server, as options. */
export interface CloneAddresses {
  /** Default: CLONE_SNAPSHOT_ADDR. */
  snapshotAddr?: string;
  /** Default: CLONE_UPDATES_ADDR. */
  updatesAddr?: string;
  /** Default: CLONE_CHANGES_ADDR. */
  changesAddr?: string;
}

/** Updates for whoever listens: a publisher binds, subscribers and last value caches connect. */
export const BROADCAST_ADDR = "tcp://127.0.0.1:5563";

/** The same, and the last value of each topic first: a last value cache binds, subscribers connect. */
export const LAST_VALUE_ADDR = "tcp://127.0.0.1:5564";

/** The three addresses of a pipeline, as options. */
export interface PipelineAddresses {
  /** Default: TASK_VENTILATOR_ADDR. */
  taskVentilatorAddr?: string;
  /** Default: RESULT_COLLECTOR_ADDR. */
  resultCollectorAddr?: string;
  /** Default: CONTROL_SYNC_ADDR. */
  controlSyncAddr?: string;
}

/**
 * Checks an address that a user gave. To bind, the host may be `*` (all interfaces) and the port `*`
 * (any free one). `inproc` has no connections to count, so agents cannot use it.
 * @throws TypeError naming the option, the value and the form.
 */
export function checkAddress(option: string, address: string): void {
  const tcp = /^tcp:\/\/(?:[^\s:/]+|\[[0-9a-fA-F:.%\w]+\]):(\*|\d{1,5})$/.exec(address);
  const fits = tcp
    ? tcp[1] === "*" || (Number(tcp[1]) > 0 && Number(tcp[1]) < 65536)
    : /^ipc:\/\/\S+$/.test(address);
  if (fits) return;
  throw new TypeError(
    `Cannot use ${option} as it must look like tcp://127.0.0.1:5557 or ipc:///tmp/name: ` +
      `current value is ${JSON.stringify(address)}`,
  );
}
