/**
 * Who gets which request, who is struck off, and when: the heart of a Majordomo broker. Pure: it takes
 * `now`, and hands out frames and events; the socket is somebody else's.
 */
import {
  encodeClientCommand,
  encodeWorkerCommand,
  type ClientCommand,
  type Dialect,
  type WorkerCommand,
} from "../../../messages/majordomo";
import type { Unstamped } from "../../stamp";
import type { MajordomoBrokerEvent, MajordomoBrokerSummary, Parting } from "../events";
import { RequestDesk, type Blame, type RequestPolicy } from "./request-desk";
import type { Request } from "./request-queue";
import { TrialRoom } from "./trial-room";
import {
  nameOf,
  WorkerRegistry,
  type Limits,
  type HeldRequest,
  type RegisteredWorker,
} from "./worker-registry";

/** The broker's promises, in numbers. */
export interface DispatchPolicy extends RequestPolicy, Limits {
  /** The pause between two ticks, in milliseconds. */
  heartbeatMs: number;
}

/** Where the dispatcher's words go. */
export interface DispatcherOutside {
  /** Sends frames to a connection, after what was posted before; calls `onGone` when there is no such connection. */
  post(address: Buffer, frames: Buffer[], onGone: (now: number) => void): void;
  report(event: Unstamped<MajordomoBrokerEvent>): void;
}

/** Brings requests and workers together. */
export class Dispatcher {
  readonly workers = new WorkerRegistry();
  readonly #trialRoom = new TrialRoom(this.workers);
  readonly desk: RequestDesk;
  readonly #workersLeft: Record<Parting, number> = {
    disconnected: 0,
    expired: 0,
    unreachable: 0,
    "timed-out": 0,
    misbehaved: 0,
  };
  #workersJoined = 0;
  #tickedAt: number;

  /** `now`, here and below, is in milliseconds since 1970. */
  constructor(
    private readonly policy: DispatchPolicy,
    private readonly outside: DispatcherOutside,
    now: number,
  ) {
    this.#tickedAt = now;
    this.desk = new RequestDesk(policy, {
      report: (event) => outside.report(event),
      answer: ({ client, dialect, service }, body) =>
        this.answer(client, dialect, { type: "final", service, body }),
    });
  }

  /** Takes in a worker that is free. */
  join(address: Buffer, dialect: Dialect, service: string, now: number): void {
    const name = nameOf(address);
    const worker = { address, name, service, dialect, heardAt: now };
    this.workers.add(worker);
    this.#trialRoom.join(worker);
    this.#workersJoined++;
    const workers = this.workers.size;
    this.outside.report({ type: "worker-joined", worker: name, service, dialect, workers });
    this.#dispatch(service, now);
  }

  /** Takes in a client's request. */
  request(client: Buffer, dialect: Dialect, service: string, body: Buffer[], now: number): void {
    const clientName = nameOf(client);
    this.desk.receive({ client, clientName, dialect, service, body, receivedAt: now });
    this.#dispatch(service, now);
  }

  /** Passes the answer to the request that a worker holds on; the worker is free again. */
  finish(worker: RegisteredWorker, { request }: HeldRequest, body: Buffer[], now: number): void {
    const { number, service } = request;
    const { name } = worker;
    this.outside.report({ type: "request-answered", request: number, worker: name, service });
    this.workers.release(worker);
    this.desk.finish(request, body);
    this.#dispatch(service, now);
  }

  /** Brings waiting requests and idle workers together, as many as there are of both. */
  #dispatch(service: string, now: number): void {
    this.#tryAlone(service, now);
    while (this.workers.hasIdle(service)) {
      const request = this.desk.take(service, false);
      if (!request) return;
      this.#handOver(this.workers.takeIdle(service)!, request, now);
    }
  }

  /** Suspects come first, one at a time: to a worker that holds nothing else, and gets nothing else meanwhile. */
  #tryAlone(service: string, now: number): void {
    const trial = this.desk.trial(service);
    if (trial === "none") return this.#trialRoom.open(service);
    if (trial === "out") return this.#trialRoom.keepFree(service);
    const worker = this.#trialRoom.takeWorker(service);
    if (worker) this.#handOver(worker, this.desk.take(service)!, now);
  }

  #handOver(worker: RegisteredWorker, request: Request, now: number): void {
    worker.task = { request, since: now, started: false };
    this.#trialRoom.share(worker);
    const { number, client, body, service } = request;
    const { name } = worker;
    this.outside.report({ type: "request-dispatched", request: number, worker: name, service });
    this.#tell(worker, { type: "request", client, body }, (gone) =>
      this.#undelivered(worker, request, gone),
    );
  }

  /** Beats the heart: strikes off who is silent or stuck, greets the others, refuses what nobody serves. */
  tick(now: number): void {
    this.#excuse(now);
    const overdue = this.workers.listOverdue(now, this.policy);
    // All are struck off before any work is dealt out: no request goes from one who is lost to the next.
    for (const { worker, parting, reason } of overdue) {
      this.#remove(worker, parting, reason, now);
      // It may only be slow, or stopped: it shall know, and register anew.
      this.#tell(worker, { type: "disconnect" });
    }
    for (const service of new Set(overdue.map(({ worker }) => worker.service)))
      this.#dispatch(service, now);
    for (const worker of this.workers.all()) this.#tell(worker, { type: "heartbeat" });
    this.desk.expire(now, (service) => this.workers.count(service) > 0);
  }

  /**
   * A tick that comes late says that this process was held up, stopped or suspended. What came meanwhile
   * is still to be read, so that time counts against nobody.
   */
  #excuse(now: number): void {
    const { heartbeatMs } = this.policy;
    const lateMs = now - this.#tickedAt - heartbeatMs;
    this.#tickedAt = now;
    if (lateMs <= heartbeatMs) return;
    this.workers.excuse(lateMs, now);
    this.desk.excuse(lateMs, now);
  }

  /** Says goodbye to every worker, so that each looks for the next broker at once. Nothing is dealt out any more. */
  close(): void {
    for (const worker of this.workers.all()) {
      this.#tell(worker, { type: "disconnect" });
      this.workers.remove(worker);
      this.#trialRoom.leave(worker);
    }
  }

  /** What was done so far. */
  summary(): Omit<MajordomoBrokerSummary, "outcome" | "framesRejected" | "durationMs"> {
    return {
      ...this.desk.counters,
      unanswered: this.desk.unanswered,
      workersJoined: this.#workersJoined,
      workersLeft: { ...this.#workersLeft },
    };
  }

  /** Strikes a worker off; what it held goes to another. */
  strikeOff(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    this.#remove(worker, parting, reason, now);
    this.#dispatch(worker.service, now);
  }

  #remove(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    const { service, name, task } = worker;
    this.workers.remove(worker);
    this.#trialRoom.leave(worker, parting === "disconnected" ? undefined : now);
    this.#workersLeft[parting]++;
    const workers = this.workers.size;
    this.outside.report({ type: "worker-left", worker: name, service, parting, reason, workers });
    if (this.workers.count(service) === 0) this.desk.lostLastWorker(service, now);
    if (!task) return;
    if (parting === "disconnected" && !task.started) return this.desk.takeBack(task.request, now);
    const attempt = { at: now, worker: name, reason, started: task.started };
    this.desk.putBack(task.request, attempt, blameFor(parting, task));
  }

  /** The worker was gone before the request was sent: that is no fault of the request's. */
  #undelivered(worker: RegisteredWorker, request: Request, now: number): void {
    if (worker.task?.request === request && this.#isRegistered(worker)) {
      worker.task = undefined;
      this.desk.takeBack(request, now);
    }
    this.#workerGone(worker);
    this.#dispatch(worker.service, now);
  }

  /** Its last words, an answer or a DISCONNECT, may have come and not been read: it has until the next tick. */
  #workerGone(worker: RegisteredWorker): void {
    if (this.#isRegistered(worker)) this.workers.withdraw(worker);
  }

  #clientGone(client: Buffer): void {
    const dropped = this.desk.forget(client);
    this.outside.report({ type: "client-left", client: nameOf(client), dropped });
  }

  /** Whether it is this one, and not one that came later under its address. */
  #isRegistered(worker: RegisteredWorker): boolean {
    return this.workers.get(worker.address) === worker;
  }

  #tell(
    worker: RegisteredWorker,
    command: WorkerCommand,
    onGone: (now: number) => void = () => this.#workerGone(worker),
  ): void {
    this.outside.post(worker.address, encodeWorkerCommand(worker.dialect, command), onGone);
  }

  /** Sends a client a partial or final answer; who is gone loses the requests that wait. */
  answer(client: Buffer, dialect: Dialect, command: ClientCommand): void {
    const frames = encodeClientCommand(dialect, command);
    this.outside.post(client, frames, () => this.#clientGone(client));
  }
}

/**
 * Says whether a request is to blame when its worker parts like this. Of several that a process held when it
 * was lost, each may have been the end of it: even an answer may not have got out any more.
 */
function blameFor(parting: Parting, { started, isShared }: HeldRequest): Blame {
  if (parting === "disconnected") return "none";
  if (parting === "timed-out") return "certain";
  if (!started) return parting === "unreachable" ? "possible" : "none";
  return isShared && parting !== "misbehaved" ? "possible" : "certain";
}
