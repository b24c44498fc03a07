/** The processes of a Clone chaos run, and the hand that brings the faults upon them. */
import { EventEmitter, once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AgentEvent, OnEvent } from "../../agents/events";
import type { CloneAddresses } from "../../transport/addresses";
import { unlessAborted } from "../../transport/patience";
import { startAgent, type AgentProcess } from "../agent-process";
import { LossyRelay } from "./lossy-relay";
import type { CloneChaosPlan, CloneFault } from "./plan";
import { readState } from "./state-file";

/** Short, so that a run of many faults is short; longer than the longest freeze, so that most are sat out. */
export const patience = { heartbeatMs: 100, liveness: 5 };

/** A relay loses one of so many updates. */
const LOSES_ONE_OF = 100;

/** A server with a journal, its writers and its subscribers. Faults upon one process come one after the other. */
export class CloneCrew {
  /** Faults that took place, by kind. */
  readonly faults: Record<string, number> = {};
  readonly addresses: Required<CloneAddresses> = {
    snapshotAddr: anyPort,
    updatesAddr: anyPort,
    changesAddr: anyPort,
  };
  /** How many changes each writer saw confirmed. */
  readonly confirmed: number[];
  /** What the clients noticed. */
  readonly noticed = { gaps: 0, snapshots: 0, resent: 0 };
  readonly #processes = new Map<string, AgentProcess<unknown>>();
  readonly #troubles = new Map<string, Promise<void>>();
  readonly #journals: string[] = [];
  readonly #stop = new AbortController();
  readonly #news = new EventEmitter();
  #relay?: LossyRelay;
  #next = 0;
  #failure?: Error;

  constructor(
    private readonly plan: CloneChaosPlan,
    private readonly folder: string,
    private readonly pauseMs: number,
    private readonly onEvent: OnEvent,
  ) {
    this.confirmed = plan.writers.map(() => 0);
    this.#news.setMaxListeners(0);
  }

  /** How many updates did not come to a subscriber because the relay lost them. */
  get lost(): number {
    return this.#relay?.lost ?? 0;
  }

  /** Starts everybody. Every other subscriber hears the server through a relay that loses updates. */
  async start(): Promise<void> {
    await this.#startServer();
    this.#relay = await LossyRelay.to(this.addresses.updatesAddr, this.plan.seed, LOSES_ONE_OF);
    this.plan.subtrees.forEach((_, index) => this.#startClient(`subscriber ${index + 1}`));
    this.plan.writers.forEach((_, index) => this.#startClient(`writer ${index + 1}`));
  }

  async #startServer(): Promise<void> {
    const { heartbeatMs } = patience;
    const journal = this.#file("board.jsonl");
    const options = { ...this.addresses, heartbeatMs, journal, highWaterMark: 200 };
    const listening = this.#heard((event) => event.type === "listening");
    this.#start("server", "clone/server", options);
    const event = await listening;
    const [snapshotAddr, updatesAddr, changesAddr] = (event as { addresses: string[] }).addresses;
    Object.assign(this.addresses, { snapshotAddr, updatesAddr, changesAddr });
  }

  #startClient(whom: string): void {
    const [role, text] = whom.split(" ") as [string, string];
    const number = Number(text);
    const { seed, writers } = this.plan;
    const updates = writers.reduce((sum, changes) => sum + changes.length, 0);
    const shared = {
      ...this.addresses,
      ...patience,
      name: whom,
      state: this.#file(`${whom}.json`),
    };
    const own =
      role === "writer"
        ? { seed, updates, writers: writers.length, writer: number, pauseMs: this.pauseMs }
        : {
            subtree: this.plan.subtrees[number - 1],
            highWaterMark: 50,
            ...(number % 2 === 0 ? { updatesAddr: this.#relay!.address } : {}),
          };
    this.#start(whom, `../orchestration/clone-chaos/${role}`, { ...shared, ...own });
  }

  #start(whom: string, file: string, options: object): void {
    const { signal } = this.#stop;
    const onEvent = (event: AgentEvent) => this.#hear(whom, event);
    const started = startAgent(file, `Clone-${whom}`, { ...options, signal, onEvent });
    this.#processes.set(whom, started);
    started.ended.catch((error: Error) => {
      this.#failure ??= error;
      this.#news.emit("news");
    });
  }

  #hear(whom: string, event: AgentEvent): void {
    const [role, number] = whom.split(" ") as [string, string];
    if (event.type === "confirmed" && role === "writer") {
      this.confirmed[Number(number) - 1]!++;
      this.#bringWhatIsDue();
    }
    if (event.type === "gap" && "expected" in event) this.noticed.gaps++;
    if (event.type === "synchronised") this.noticed.snapshots++;
    if (event.type === "resent") this.noticed.resent += event.changes;
    this.onEvent(event);
    this.#news.emit("news", event);
  }

  /** Waits for an event; rejects when a process fails. */
  #heard(fits: (event: AgentEvent) => boolean): Promise<AgentEvent> {
    return new Promise((resolve, reject) => {
      const look = (event?: AgentEvent) => {
        if (this.#failure) reject(this.#failure);
        else if (event && fits(event)) resolve(event);
        else return;
        this.#news.off("news", look);
      };
      this.#news.on("news", look); // not once and once more: several events may come in one go
    });
  }

  #bringWhatIsDue(): void {
    const confirmed = this.confirmed.reduce((sum, count) => sum + count, 0);
    const { faults } = this.plan;
    for (; this.#next < faults.length && faults[this.#next]!.after <= confirmed; this.#next++) {
      const fault = faults[this.#next]!;
      const before = this.#troubles.get(fault.whom) ?? Promise.resolve();
      const trouble = before.then(() => this.#bring(fault));
      trouble.catch((error: Error) => (this.#failure ??= error));
      this.#troubles.set(fault.whom, trouble);
    }
  }

  async #bring({ type, whom, forMs }: CloneFault): Promise<void> {
    const victim = this.#processes.get(whom)!;
    if (type === "freeze") {
      victim.strike("SIGSTOP");
      await delay(forMs);
      victim.strike("SIGCONT");
    } else {
      victim.strike("SIGKILL");
      await victim.ended;
      if (whom === "server") this.#keepJournal();
      await delay(forMs);
      if (whom === "server") await this.#startServer();
      else this.#startClient(whom);
    }
    const kind = `${type} ${whom.split(" ")[0]}`;
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  #keepJournal(): void {
    const kept = this.#file(`board.${this.#journals.length + 1}.jsonl`);
    copyFileSync(this.#file("board.jsonl"), kept);
    this.#journals.push(readFileSync(kept, "utf8"));
  }

  /** Waits until all has been written and confirmed, and every fault is over. @throws what a process failed of. */
  async written(signal: AbortSignal): Promise<void> {
    const isDone = () =>
      this.plan.writers.every((changes, index) => changes.length === this.confirmed[index]);
    while (!isDone() && !this.#failure) await once(this.#news, "news", { signal });
    for (const trouble of this.#troubles.values()) await unlessAborted(trouble, signal);
    if (this.#failure) throw this.#failure;
  }

  /** Waits until every client has seen that the run is over; gives the state that each ended with. */
  async finalStates(signal: AbortSignal) {
    const names = [...this.#processes.keys()].filter((whom) => whom !== "server");
    const endings = names.map((whom) => this.#processes.get(whom)!.ended);
    await unlessAborted(Promise.all(endings), signal);
    return names.map((name) => {
      const [role, number] = name.split(" ") as [string, string];
      const subtree = role === "writer" ? "" : this.plan.subtrees[Number(number) - 1]!;
      return { name, subtree, state: readState(this.#file(`${name}.json`)) };
    });
  }

  /** The server's journals at the end of each of its lives. To be read when it has ended. */
  journals(): string[] {
    return [...this.#journals, readFileSync(this.#file("board.jsonl"), "utf8")];
  }

  /** Ends everything that still runs. */
  async close(): Promise<void> {
    for (const one of this.#processes.values()) one.strike("SIGCONT");
    this.#stop.abort();
    await Promise.allSettled([...this.#processes.values()].map(({ ended }) => ended));
    await this.#relay?.close();
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

const anyPort = "tcp://127.0.0.1:*";
