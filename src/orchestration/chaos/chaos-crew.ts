/** The processes of a chaos run, and the hand that brings the faults upon them. */
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AgentEvent, OnEvent } from "../../agents/events";
import { wallClock } from "../../agents/stamp";
import { Crew } from "../crew";
import { ProcessPool } from "../process-pool";
import { Cable } from "./cable";
import { throwGarbage } from "./garbage";
import type { ChaosPlan, Fault, Strike } from "./plan";

/** Flags that the broker and the workers share. */
interface ChaosFlags {
  heartbeatMs: number;
  liveness: number;
  requestTimeoutMs: number;
  prefetch: number;
}

/** A pool whose workers are started again whenever they are gone, and whose faults come as planned. */
export class ChaosCrew {
  /** Aborts when the run is over, was stopped from outside, or somebody failed. */
  readonly signal: AbortSignal;
  /** Faults that took place, by kind; "poisoned" are workers that a task killed. */
  readonly faults: Record<string, number> = {};
  /** Those that were planned and took place. */
  readonly strikes: Strike[] = [];
  readonly #pool = new ProcessPool({ onEvent: (event) => this.#hear(event) });
  readonly #stop = new AbortController();
  readonly #activities: Crew;
  readonly #cables = new Map<string, Cable>();
  /** The fault that is upon an agent: one at a time. */
  readonly #stricken = new Map<string, Fault>();
  readonly #pids: number[] = [];
  #next = 0;

  constructor(
    private readonly plan: ChaosPlan,
    private readonly flags: ChaosFlags,
    signal: AbortSignal | undefined,
    private readonly onEvent: OnEvent,
  ) {
    const stops = [this.#stop.signal, ...(signal ? [signal] : [])];
    this.#activities = new Crew(AbortSignal.any(stops));
    this.signal = this.#activities.signal;
  }

  /** Where the broker is. */
  get brokerAddr(): string {
    return this.#pool.brokerAddr;
  }

  /** Starts everybody and waits until the workers have registered. */
  async start(): Promise<void> {
    await this.#startBroker();
    const { workers } = this.plan;
    const names = Array.from({ length: workers }, (_, index) => String(index + 1));
    for (const name of names) this.#cables.set(`Worker-${name}`, await Cable.to(this.brokerAddr));
    await Promise.all(names.map((name) => this.#startWorker(name)));
    for (const name of names) this.#begin(this.#keepUp(name));
  }

  #startBroker(): Promise<void> {
    const { heartbeatMs, liveness, requestTimeoutMs } = this.flags;
    const brokerAddr = "tcp://127.0.0.1:*";
    return this.#pool.startBroker({ heartbeatMs, liveness, requestTimeoutMs, brokerAddr });
  }

  #startWorker(workerId: string): Promise<void> {
    const { heartbeatMs, liveness, prefetch } = this.flags;
    const brokerAddr = this.#cables.get(`Worker-${workerId}`)!.address;
    const work = path.join(__dirname, `work${path.extname(__filename)}`);
    const reconnect = { reconnectMs: 50, maxReconnectMs: 500 };
    const flags = { heartbeatMs, liveness, prefetch, brokerAddr, work, ...reconnect };
    return this.#pool.startWorker(workerId, flags);
  }

  /** Starts a worker again whenever it is gone. */
  async #keepUp(workerId: string): Promise<void> {
    const agent = `Worker-${workerId}`;
    for (;;) {
      if (this.#pool.running.includes(agent))
        await this.#pool.next((event) => hasExited(event, agent));
      if (this.signal.aborted) return;
      await this.#startWorker(workerId);
    }
  }

  /** Brings on the faults that are due when so many tasks have ended. */
  taskEnded(ended: number): void {
    const { faults } = this.plan;
    for (; this.#next < faults.length && faults[this.#next]!.after <= ended; this.#next++)
      this.#begin(this.#bring(faults[this.#next]!));
  }

  /** Something that goes on beside the run: when it fails, the run is over, and `close` throws its error. */
  #begin(activity: Promise<void>): void {
    this.#activities.add(activity).catch(() => {});
  }

  async #bring(fault: Fault): Promise<void> {
    const agent = this.#victimOf(fault);
    if (!agent || this.signal.aborted) return;
    this.#stricken.set(agent, fault);
    const { type } = fault;
    const from = wallClock();
    try {
      await this.#strike(fault, agent);
      this.#count(type);
      this.strikes.push({ type, agent, from, to: wallClock() });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // a RangeError: it came upon one who was just gone
    } finally {
      this.#stricken.delete(agent);
    }
  }

  async #strike({ type, forMs, seed }: Fault, agent: string): Promise<void> {
    switch (type) {
      case "kill-worker":
        return this.#pool.kill(agent);
      case "dismiss-worker":
        return this.#pool.dismiss(agent);
      case "kill-broker":
        await this.#pool.kill(agent);
        await this.#last(forMs);
        return this.#startBroker();
      case "freeze-worker":
      case "freeze-broker":
        this.#pool.freeze(agent);
        await this.#last(forMs);
        return this.#pool.thaw(agent);
      case "cut-worker":
        this.#cables.get(agent)!.cut();
        await this.#last(forMs);
        return this.#cables.get(agent)!.mend();
      case "garbage":
        return throwGarbage(this.brokerAddr, seed);
    }
  }

  /** The worker that the plan names, or the next that runs and has no fault upon it. */
  #victimOf({ type, worker }: Fault): string | undefined {
    const { workers } = this.plan;
    const candidates = type.endsWith("worker")
      ? Array.from({ length: workers }, (_, n) => `Worker-${((worker - 1 + n) % workers) + 1}`)
      : ["Broker"];
    const isFree = (agent: string) =>
      this.#pool.running.includes(agent) && !this.#stricken.has(agent);
    return candidates.find(isFree);
  }

  /** Lets a fault last, until the run is over at the most. */
  async #last(forMs: number): Promise<void> {
    await delay(forMs, undefined, { signal: this.signal }).catch(() => {});
  }

  /** Ends everything, and waits until all are gone. @throws what somebody failed of. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#begin(this.#pool.close());
    try {
      await this.#activities.end();
    } finally {
      for (const cable of this.#cables.values()) await cable.close();
    }
  }

  /** Says of each process that is still there that it is. */
  survivors(): string[] {
    return this.#pids.filter(isAlive).map((pid) => `process ${pid} is still there`);
  }

  #hear(event: AgentEvent): void {
    if (event.type === "process-started") this.#pids.push(event.pid);
    if (event.type === "process-exited" && event.signal === "SIGKILL" && !this.signal.aborted)
      if (!this.#stricken.get(event.agent)?.type.startsWith("kill")) this.#count("poisoned");
    this.onEvent(event);
  }

  #count(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }
}

function hasExited(event: AgentEvent, agent: string): boolean {
  return event.type === "process-exited" && event.agent === agent;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
