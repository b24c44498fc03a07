/**
 * A Majordomo pool whose processes come and go while tasks flow: start, kill, freeze, thaw, send away.
 * For whoever wants to see what a fault does.
 */
import { setMaxListeners } from "node:events";
import type { AgentEvent, OnEvent } from "../agents/events";
import type { MajordomoClientSummary } from "../agents/majordomo/events";
import type { BrokerFlags, ClientFlags, WorkerFlags } from "./agent-flags";
import { startAgent, type AgentProcess } from "./agent-process";
import { hasJoined } from "./joining";
import { Recorder } from "./recorder";

/** Options of a {@link ProcessPool}. */
export interface ProcessPoolOptions {
  /** Takes the events of all agents. Default: nobody does. */
  onEvent?: OnEvent;
  /** Stops everybody. */
  signal?: AbortSignal;
}

/** Processes by the name of their agent: "Broker", "Worker-1", "Client". */
export class ProcessPool {
  readonly #running = new Map<string, AgentProcess<unknown>>();
  readonly #frozen = new Set<string>();
  readonly #failures: unknown[] = [];
  readonly #recorder: Recorder;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #closed: Promise<void>;
  #brokerAddr?: string;

  constructor({ onEvent, signal }: ProcessPoolOptions = {}) {
    this.#recorder = new Recorder(onEvent);
    this.#signal = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    setMaxListeners(0, this.#signal); // every process listens to it
    this.#closed = new Promise((resolve) =>
      this.#signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  }

  /** Where the broker is, or was. @throws Error before it was started. */
  get brokerAddr(): string {
    if (this.#brokerAddr) return this.#brokerAddr;
    throw new Error("Cannot start it before the broker: nobody knows yet where that will be.");
  }

  /** The names of the agents that run. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  /** Everything that was reported so far, in order of time. */
  get events(): AgentEvent[] {
    return this.#recorder.events;
  }

  /** Starts the broker and waits until it listens. When it has died, it comes back at the same address. */
  async startBroker(flags: BrokerFlags = {}): Promise<void> {
    const brokerAddr = this.#brokerAddr ?? flags.brokerAddr;
    const from = this.#recorder.length;
    const broker = this.#start("majordomo/broker", "Broker", { ...flags, brokerAddr });
    const event = await this.#recorder.first(broker, ({ type }) => type === "listening", from);
    if (event?.type === "listening") this.#brokerAddr = event.addresses[0];
    else await broker; // throws what it failed of
  }

  /** Starts a worker and waits until the broker has let it in, or it was killed. */
  async startWorker(workerId: string, flags: WorkerFlags = {}): Promise<void> {
    const defaults = { brokerAddr: this.brokerAddr, leaveTimeoutMs: 10_000 };
    const own = { ...defaults, ...flags, workerId };
    const from = this.#recorder.length;
    const worker = this.#start("majordomo/worker", `Worker-${workerId}`, own);
    if (!(await hasJoined(this.#recorder, worker, own, from))) await worker; // throws what it failed of
  }

  /** Runs a client to its end; gives undefined when it was killed. */
  runClient(flags: ClientFlags = {}): Promise<MajordomoClientSummary | undefined> {
    const options = { brokerAddr: this.brokerAddr, ...flags };
    return this.#start<MajordomoClientSummary>("majordomo/client", "Client", options);
  }

  /** Waits for the next event that `fits`; undefined when the pool is closed before. */
  next(fits: (event: AgentEvent) => boolean): Promise<AgentEvent | undefined> {
    return this.#recorder.first(this.#closed, fits, this.#recorder.length);
  }

  /** Kills as `kill -9` does, and waits until the process is gone. */
  async kill(agent: string): Promise<void> {
    const found = this.#process(agent);
    found.strike("SIGKILL");
    await found.ended;
  }

  /** Stops a process in its tracks: it keeps its connections and says nothing more. Not on Windows. */
  freeze(agent: string): void {
    if (!this.#process(agent).strike("SIGSTOP")) throw this.#nobody(agent);
    this.#frozen.add(agent);
  }

  /** Lets a frozen process go on where it was. */
  thaw(agent: string): void {
    if (!this.#process(agent).strike("SIGCONT")) throw this.#nobody(agent);
    this.#frozen.delete(agent);
  }

  /** Asks an agent to stop, and waits until it has. */
  async dismiss(agent: string): Promise<void> {
    const found = this.#process(agent);
    found.stop();
    await found.ended;
  }

  /** Stops everybody, the frozen too, and waits until all are gone. @throws what an agent failed of. */
  async close(): Promise<void> {
    for (const agent of this.#frozen) this.#running.get(agent)?.strike("SIGCONT");
    this.#closing.abort();
    await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #start<Summary>(file: string, agent: string, flags: object): Promise<Summary | undefined> {
    if (this.#running.has(agent)) throw new Error(`Cannot start ${agent} as it runs already.`);
    const onEvent: OnEvent = (event) => {
      if (event.type === "process-exited") {
        this.#running.delete(agent); // before anybody hears of it
        this.#frozen.delete(agent);
      }
      this.#recorder.onEvent(event);
    };
    const started = startAgent<Summary>(file, agent, { ...flags, signal: this.#signal, onEvent });
    this.#running.set(agent, started);
    try {
      return await started.ended;
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  #process(agent: string): AgentProcess<unknown> {
    const found = this.#running.get(agent);
    if (found) return found;
    throw this.#nobody(agent);
  }

  #nobody(agent: string): RangeError {
    const running = this.running.filter((name) => name !== agent).join(", ") || "nobody";
    return new RangeError(`There is no process of ${agent}. Running: ${running}.`);
  }
}
