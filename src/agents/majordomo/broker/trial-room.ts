/**
 * Where a suspect is tried: a process that holds nothing else, so that whoever dies there dies of it. A
 * worker that holds several tasks is one process, and to a broker several workers: their names tell. Pure:
 * no sockets, no clock.
 */
import type { RegisteredWorker, WorkerRegistry } from "./worker-registry";

/** Which registrations are one process, and which process is kept free of other work. */
export class TrialRoom {
  readonly #processes = new Map<string, Set<RegisteredWorker>>();
  /** By service: the process where a suspect is tried, or is to be as soon as it holds nothing any more. */
  readonly #rooms = new Map<string, Set<RegisteredWorker>>();

  constructor(private readonly workers: WorkerRegistry) {}

  /** Takes in a worker that has registered. */
  join(worker: RegisteredWorker): void {
    const key = keyOf(worker);
    const process = this.#processes.get(key) ?? new Set();
    this.#processes.set(key, process.add(worker));
  }

  /** Strikes a worker off. When it was lost, at `lostAt`, the others of its process may be, and nobody has noticed yet. */
  leave(worker: RegisteredWorker, lostAt?: number): void {
    const process = this.#processOf(worker);
    process.delete(worker);
    if (process.size === 0) this.#processes.delete(keyOf(worker));
    for (const other of process) other.doubtedAt = lostAt ?? other.doubtedAt;
  }

  /** Marks what the process of a worker holds, when it is more than one request: each may be the end of all. */
  share(worker: RegisteredWorker): void {
    const held = [...this.#processOf(worker)].flatMap(({ task }) => task ?? []);
    if (held.length > 1) for (const task of held) task.isShared = true;
  }

  /**
   * Takes out an idle worker whose process holds nothing: a suspect may be tried there. While there is
   * none, one process gets no more work until it has done what it holds.
   */
  takeWorker(service: string): RegisteredWorker | undefined {
    this.keepFree(service);
    const room = [...(this.#rooms.get(service) ?? [])];
    const idle = [...this.workers.listIdle(service), ...room.filter(isIdle)];
    const worker = idle.find((worker) => isTrusted(worker) && this.#holdsNothing(worker));
    if (worker) this.#use(service, this.#processOf(worker));
    else if (room.length === 0 && idle[0]) this.#use(service, this.#processOf(idle[0]));
    return worker;
  }

  #use(service: string, process: Set<RegisteredWorker>): void {
    if (this.#rooms.get(service) === process) return;
    this.open(service);
    this.#rooms.set(service, process);
    this.keepFree(service);
  }

  /** Lets nobody have the workers of the room, should one have become idle. */
  keepFree(service: string): void {
    for (const worker of this.#rooms.get(service) ?? []) this.workers.setAside(worker);
  }

  /** No suspect is left: the workers of the room are idle like others. */
  open(service: string): void {
    const room = this.#rooms.get(service);
    this.#rooms.delete(service);
    for (const worker of room ?? []) if (isIdle(worker)) this.workers.release(worker);
  }

  #holdsNothing(worker: RegisteredWorker): boolean {
    return [...this.#processOf(worker)].every(({ task }) => !task);
  }

  #processOf(worker: RegisteredWorker): Set<RegisteredWorker> {
    return this.#processes.get(keyOf(worker)) ?? new Set();
  }
}

function isIdle({ task, isGone }: RegisteredWorker): boolean {
  return !task && !isGone;
}

function isTrusted({ heardAt, doubtedAt = -Infinity }: RegisteredWorker): boolean {
  return heardAt > doubtedAt;
}

/** Ours are called Worker-1-0a1b2c3d: the end is each registration's own. A worker of another make is its own process. */
function keyOf({ name, service }: RegisteredWorker): string {
  return `${service} ${name.replace(/-[0-9a-f]{8}$/, "")}`;
}
