/** Who works for which service, who is idle since when, and who has been silent for too long. Pure: no sockets, no clock. */
import type { Dialect } from "../../../messages/majordomo";
import type { Request } from "./request-queue";

/** A worker as its broker knows it. */
export interface RegisteredWorker {
  /** Where a ROUTER sends to: the identity of its connection. */
  readonly address: Buffer;
  /** The same as a text for logs and histories. */
  readonly name: string;
  readonly service: string;
  readonly dialect: Dialect;
  /** When it was last heard, in milliseconds since 1970. */
  heardAt: number;
  /** Whether its connection is gone: what it said last may still be unread. */
  isGone?: boolean;
  /** Whether it was given time once because of that. */
  isReprieved?: boolean;
  /** When another of its process was lost, if one was: from then on it is to be heard before it is trusted. */
  doubtedAt?: number;
  /** What it works on; idle without. */
  task?: HeldRequest;
}

/** A request in the hands of a worker. */
export interface HeldRequest {
  readonly request: Request;
  /** When it was handed over, or last answered in part, in milliseconds since 1970. */
  since: number;
  /** Whether the worker has been heard since: then it has begun. */
  started: boolean;
  /** Whether its worker's process has held others, too, since then. */
  isShared?: boolean;
}

/** For how long, in milliseconds, a worker may do without what its broker waits for. */
export interface Limits {
  /** A word from a worker that is idle. */
  silenceMs: number;
  /** A word from a worker that holds a request. */
  busySilenceMs: number;
  /** A partial or final answer to the request that it holds. */
  requestTimeoutMs: number;
}

/** A worker that has gone over a limit. */
export interface Overdue {
  worker: RegisteredWorker;
  parting: "expired" | "timed-out" | "unreachable";
  /** For a person. */
  reason: string;
}

/** The workers of one broker. */
export class WorkerRegistry {
  readonly #workers = new Map<string, RegisteredWorker>();
  /** By service, the idle ones. A Map keeps the order of insertion, so the first is the least recently used. */
  readonly #idle = new Map<string, Map<string, RegisteredWorker>>();
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#workers.size;
  }

  /** How many are registered for a service, idle or not. */
  count(service: string): number {
    return this.#counts.get(service) ?? 0;
  }

  get(address: Buffer): RegisteredWorker | undefined {
    return this.#workers.get(keyOf(address));
  }

  all(): Iterable<RegisteredWorker> {
    return this.#workers.values();
  }

  /** Registers a worker, idle. */
  add(worker: RegisteredWorker): void {
    this.#workers.set(keyOf(worker.address), worker);
    this.#counts.set(worker.service, this.count(worker.service) + 1);
    this.release(worker);
  }

  /** Strikes a worker off. */
  remove(worker: RegisteredWorker): void {
    const key = keyOf(worker.address);
    if (!this.#workers.delete(key)) return;
    this.#idle.get(worker.service)?.delete(key);
    const left = this.count(worker.service) - 1;
    if (left > 0) this.#counts.set(worker.service, left);
    else {
      this.#counts.delete(worker.service);
      this.#idle.delete(worker.service);
    }
  }

  hasIdle(service: string): boolean {
    return (this.#idle.get(service)?.size ?? 0) > 0;
  }

  /** Takes the least recently used idle worker of a service: the one that has waited longest. */
  takeIdle(service: string): RegisteredWorker | undefined {
    const idle = this.#idle.get(service);
    const first = idle?.entries().next().value;
    if (!idle || !first) return undefined;
    idle.delete(first[0]);
    return first[1];
  }

  /** Lists the idle workers of a service, the least recently used first. */
  listIdle(service: string): Iterable<RegisteredWorker> {
    return this.#idle.get(service)?.values() ?? [];
  }

  /** Gives no more work to a worker whose connection is gone; it is overdue from now on. */
  withdraw(worker: RegisteredWorker): void {
    worker.isGone = true;
    this.setAside(worker);
  }

  /** Gives no more work to a worker until it is released. */
  setAside(worker: RegisteredWorker): void {
    this.#idle.get(worker.service)?.delete(keyOf(worker.address));
  }

  /** Makes a worker idle: it goes to the end of the line. */
  release(worker: RegisteredWorker): void {
    worker.task = undefined;
    if (worker.isGone) return;
    const idle = this.#idle.get(worker.service) ?? new Map<string, RegisteredWorker>();
    this.#idle.set(worker.service, idle.set(keyOf(worker.address), worker));
  }

  /** Lists everybody who is over a limit at `now`, wherever in the line they stand. */
  listOverdue(now: number, limits: Limits): Overdue[] {
    const { requestTimeoutMs } = limits;
    const overdue: Overdue[] = [];
    for (const worker of this.#workers.values()) {
      const { heardAt, task } = worker;
      const silenceMs = task ? limits.busySilenceMs : limits.silenceMs;
      if (worker.isGone) {
        overdue.push({ worker, parting: "unreachable", reason: "its connection is gone" });
      } else if (now - heardAt > silenceMs) {
        const reason = `it was silent for over ${silenceMs} ms`;
        overdue.push({ worker, parting: "expired", reason });
      } else if (task && now - task.since > requestTimeoutMs) {
        const reason = `it took over ${requestTimeoutMs} ms`;
        overdue.push({ worker, parting: "timed-out", reason });
      }
    }
    return overdue;
  }

  /** Counts the last `ms` milliseconds against nobody. */
  excuse(ms: number, now: number): void {
    for (const worker of this.#workers.values()) {
      worker.heardAt = Math.min(now, worker.heardAt + ms);
      if (worker.isGone && worker.task && !worker.isReprieved) {
        worker.isReprieved = true;
        worker.isGone = false; // its last words may still be unread: it will be found gone again
      }
      if (worker.task) worker.task.since = Math.min(now, worker.task.since + ms);
    }
  }
}

/** An address as the key of a Map, which a Buffer is not: two with the same bytes are not the same. */
export function keyOf(address: Buffer): string {
  return address.toString("latin1");
}

/** An address as a person reads it: the text that the peer chose, or the bytes that libzmq made up. */
export function nameOf(address: Buffer): string {
  const text = address.toString();
  return /^[\x21-\x7e]+$/.test(text) ? text : `0x${address.toString("hex")}`;
}
