/** Who works for a broker: each who joins or leaves is reported, and counted by the way they went. Pure. */
import type { Unstamped } from "../../stamp";
import type { MajordomoBrokerEvent, Parting } from "../events";
import { TrialRoom } from "./trial-room";
import { keyOf, WorkerRegistry, type RegisteredWorker } from "./worker-registry";

/** The workers of one broker, and those that were. */
export class Staff {
  readonly workers = new WorkerRegistry();
  readonly trialRoom = new TrialRoom(this.workers);
  joined = 0;
  readonly left: Record<Parting, number> = {
    disconnected: 0,
    expired: 0,
    unreachable: 0,
    "timed-out": 0,
    misbehaved: 0,
    cancelled: 0,
  };
  /** Who was called off, by address, and when. */
  readonly #calledOff = new Map<string, number>();

  constructor(private readonly report: (event: Unstamped<MajordomoBrokerEvent>) => void) {}

  /** Takes in a worker that is free. */
  join(worker: RegisteredWorker): void {
    const { name, service, dialect } = worker;
    this.workers.add(worker);
    this.trialRoom.join(worker);
    this.#calledOff.delete(keyOf(worker.address));
    this.joined++;
    const workers = this.workers.size;
    this.report({ type: "worker-joined", worker: name, service, dialect, workers });
  }

  /** Strikes a worker off. Whoever was lost may not be the only one of its process. */
  leave(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    const { service, name } = worker;
    const isLost = parting !== "disconnected" && parting !== "cancelled";
    this.workers.remove(worker);
    this.trialRoom.leave(worker, isLost ? now : undefined);
    if (parting === "cancelled") this.#calledOff.set(keyOf(worker.address), now);
    this.left[parting]++;
    const workers = this.workers.size;
    this.report({ type: "worker-left", worker: name, service, parting, reason, workers });
  }

  /** Tells whether somebody was called off a moment ago: what it said before it knew is no offence. */
  wasCalledOff(address: Buffer): boolean {
    return this.#calledOff.has(keyOf(address));
  }

  /** Forgets who was called off before `deadline`. */
  forgetCalledOff(deadline: number): void {
    for (const [key, at] of this.#calledOff) if (at < deadline) this.#calledOff.delete(key);
  }
}
