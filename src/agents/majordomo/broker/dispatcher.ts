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
import { blameFor } from "./blame";
import { RequestDesk, type RequestPolicy } from "./request-desk";
import type { Request } from "./request-queue";
import { Staff } from "./staff";
import { nameOf, type Limits, type HeldRequest, type RegisteredWorker } from "./worker-registry";

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
  readonly staff: Staff;
  readonly desk: RequestDesk;
  #tickedAt: number;

  /** `now`, here and below, is in milliseconds since 1970. */
  constructor(
    private readonly policy: DispatchPolicy,
    private readonly outside: DispatcherOutside,
    now: number,
  ) {
    this.#tickedAt = now;
    this.staff = new Staff((event) => outside.report(event));
    this.desk = new RequestDesk(policy, {
      report: (event) => outside.report(event),
      answer: ({ client, dialect, service }, body) =>
        this.answer(client, dialect, { type: "final", service, body }),
    });
  }

  get workers(): Staff["workers"] {
    return this.staff.workers;
  }

  get #trialRoom(): Staff["trialRoom"] {
    return this.staff.trialRoom;
  }

  /** Takes in a worker that is free. */
  join(address: Buffer, dialect: Dialect, service: string, now: number): void {
    this.staff.join({ address, name: nameOf(address), service, dialect, heardAt: now });
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

  /** Drops a task that its client has given up, wherever it is; tells whether it was here. */
  cancel(client: Buffer, taskId: string, now: number): boolean {
    const dropped = this.desk.cancelWaiting(client, taskId);
    for (const service of new Set(dropped.map(({ service }) => service)))
      this.#dispatch(service, now);
    const isMeant = (request: Request) => this.desk.isTask(request, taskId);
    return this.#callOff(client, isMeant, "its client gave the task up", now) + dropped.length > 0;
  }

  /** Takes requests from the workers that hold them: MDP's only word for it is DISCONNECT, and they come back. */
  #callOff(
    client: Buffer,
    isMeant: (request: Request) => boolean,
    reason: string,
    now: number,
  ): number {
    const holders = [...this.workers.all()].filter(
      ({ task }) => task?.request.client.equals(client) && isMeant(task.request),
    );
    for (const worker of holders) {
      this.#remove(worker, "cancelled", reason, now);
      this.#tell(worker, { type: "disconnect" });
    }
    for (const service of new Set(holders.map((worker) => worker.service)))
      this.#dispatch(service, now);
    return holders.length;
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
    this.staff.forgetCalledOff(now - this.policy.busySilenceMs);
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
      workersJoined: this.staff.joined,
      workersLeft: { ...this.staff.left },
    };
  }

  /** Strikes a worker off; what it held goes to another. */
  strikeOff(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    this.#remove(worker, parting, reason, now);
    this.#dispatch(worker.service, now);
  }

  #remove(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    const { service, name, task } = worker;
    this.staff.leave(worker, parting, reason, now);
    if (this.workers.count(service) === 0) this.desk.lostLastWorker(service, now);
    if (!task) return;
    if (parting === "cancelled") return this.desk.cancel(task.request, name);
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

  /** Who is gone needs no answers: its requests are dropped, and those that workers hold are taken from them. */
  #clientGone(client: Buffer, now: number): void {
    const waiting = this.desk.forget(client);
    const dropped = waiting + this.#callOff(client, () => true, "its client has left", now);
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

  /** Sends a client a partial or final answer; who is gone loses its other requests. */
  answer(client: Buffer, dialect: Dialect, command: ClientCommand): void {
    const frames = encodeClientCommand(dialect, command);
    this.outside.post(client, frames, (now) => this.#clientGone(client, now));
  }
}
