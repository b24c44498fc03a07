/**
 * What a Majordomo broker does about each message and each tick of the clock. Pure: it takes frames and
 * `now`, and hands out frames and events; the socket is somebody else's.
 */
import {
  encodeClientCommand,
  encodeWorkerCommand,
  parseMajordomo,
  type ClientCommand,
  type Dialect,
  type WorkerCommand,
} from "../../messages/majordomo";
import type { Unstamped } from "../stamp";
import type { MajordomoBrokerEvent, MajordomoBrokerSummary, Parting } from "./events";
import { answerManagement, isManagement } from "./management";
import { RequestDesk, type RequestPolicy } from "./request-desk";
import { nameOf, WorkerRegistry, type RegisteredWorker } from "./worker-registry";

/** The broker's promises, in numbers. */
export interface DispatchPolicy extends RequestPolicy {
  /** A worker that is silent for longer, in milliseconds, is taken for gone. */
  silenceMs: number;
  /** The same for a worker that holds a request. */
  busySilenceMs: number;
  /** How long a worker may hold one request without a partial or final answer, in milliseconds. */
  requestTimeoutMs: number;
}

/** Where the dispatcher's words go. */
export interface DispatcherOutside {
  /** Sends frames to a connection. Who finds that there is no such connection calls `unreachable`. */
  post(peer: Peer, address: Buffer, frames: Buffer[]): void;
  report(event: Unstamped<MajordomoBrokerEvent>): void;
}

/** The two kinds of connections that a broker has. */
export type Peer = "client" | "worker";

/** Brings requests and workers together. */
export class Dispatcher {
  readonly #workers = new WorkerRegistry();
  readonly #desk: RequestDesk;
  readonly #workersLeft: Record<Parting, number> = {
    disconnected: 0,
    expired: 0,
    unreachable: 0,
    "timed-out": 0,
    misbehaved: 0,
  };
  #workersJoined = 0;
  #framesRejected = 0;

  constructor(
    private readonly policy: DispatchPolicy,
    private readonly outside: DispatcherOutside,
  ) {
    this.#desk = new RequestDesk(policy, {
      report: (event) => outside.report(event),
      answer: ({ client, dialect, service }, type, body) =>
        outside.post("client", client, encodeClientCommand(dialect, { type, service, body })),
    });
  }

  /** Takes a message from whoever has this address. */
  receive(address: Buffer, frames: Buffer[], now: number): void {
    const message = parseMajordomo(frames);
    if (!message.ok) {
      this.#reject(message.code, address, message.reason);
      if (message.peer === "worker") this.#dismiss(address, message.dialect!, message.reason, now);
    } else if (message.peer === "client") {
      this.#hearClient(address, message.dialect, message.command, now);
    } else {
      this.#hearWorker(address, message.dialect, message.command, now);
    }
  }

  #hearClient(client: Buffer, dialect: Dialect, command: ClientCommand, now: number): void {
    const { type, service, body } = command;
    if (type !== "request") return this.#reject("unexpected", client, `a ${type} from a client`);
    if (isManagement(service)) {
      const answer = answerManagement(service, body, (name) => this.#workers.count(name) > 0);
      const final: ClientCommand = { type: "final", service, body: [answer] };
      return this.outside.post("client", client, encodeClientCommand(dialect, final));
    }
    const clientName = nameOf(client);
    this.#desk.receive({ client, clientName, dialect, service, body, receivedAt: now });
    this.#dispatch(service, now);
  }

  #hearWorker(address: Buffer, dialect: Dialect, command: WorkerCommand, now: number): void {
    const worker = this.#workers.get(address);
    if (worker) {
      worker.heardAt = now;
      if (worker.task && command.type !== "disconnect") worker.task.started = true;
    }
    switch (command.type) {
      case "ready":
        return this.#register(address, dialect, command.service, now);
      case "heartbeat":
        // One that we do not know has outlived us, or we have struck it off: it shall register anew.
        return worker ? undefined : this.#dismiss(address, dialect, "not registered", now);
      case "disconnect":
        return worker && this.#strikeOff(worker, "disconnected", "it disconnected", now);
      case "partial":
      case "final":
        return this.#takeAnswer(worker, address, dialect, command, now);
      case "request":
        this.#reject("unexpected", address, "a request from a worker");
        return this.#dismiss(address, dialect, "it sent a request", now);
    }
  }

  #register(address: Buffer, dialect: Dialect, service: string, now: number): void {
    const reason = this.#workers.get(address)
      ? "it sent READY twice"
      : isManagement(service) && `it offered "${service}", which is the broker's own`;
    if (reason) {
      this.#reject("unexpected", address, reason);
      return this.#dismiss(address, dialect, reason, now);
    }
    const name = nameOf(address);
    this.#workers.add({ address, name, service, dialect, heardAt: now });
    this.#workersJoined++;
    const workers = this.#workers.size;
    this.outside.report({ type: "worker-joined", worker: name, service, dialect, workers });
    this.#dispatch(service, now);
  }

  #takeAnswer(
    worker: RegisteredWorker | undefined,
    address: Buffer,
    dialect: Dialect,
    { type, client, body }: Extract<WorkerCommand, { client: Buffer }>,
    now: number,
  ): void {
    const request = worker?.task?.request;
    if (!worker || !request?.client.equals(client)) {
      const reason = `an answer to a request that it does not hold${worker ? "" : " any more"}`;
      this.#reject("unexpected", address, reason);
      return this.#dismiss(address, dialect, reason, now);
    }
    if (type === "partial") {
      worker.task = { ...worker.task!, since: now };
      if (request.dialect === "0.1") return; // 7/MDP has no word for it
      const partial: ClientCommand = { type, service: request.service, body };
      return this.outside.post("client", client, encodeClientCommand(request.dialect, partial));
    }
    const { number, service } = request;
    this.outside.report({
      type: "request-answered",
      request: number,
      worker: worker.name,
      service,
    });
    this.#workers.release(worker);
    this.#desk.finish(request, body);
    this.#dispatch(service, now);
  }

  /** Brings waiting requests and idle workers together, as many as there are of both. */
  #dispatch(service: string, now: number): void {
    while (this.#workers.hasIdle(service)) {
      const request = this.#desk.take(service);
      if (!request) return;
      const worker = this.#workers.takeIdle(service)!;
      worker.task = { request, since: now, started: false };
      const { number, client, body } = request;
      this.outside.report({
        type: "request-dispatched",
        request: number,
        worker: worker.name,
        service,
      });
      this.#tell(worker, { type: "request", client, body });
    }
  }

  /** Beats the heart: strikes off who is silent or stuck, greets the others, refuses what nobody serves. */
  tick(now: number): void {
    const { silenceMs, busySilenceMs, requestTimeoutMs } = this.policy;
    for (const worker of [...this.#workers.all()]) {
      const { heardAt, task } = worker;
      const limitMs = task ? busySilenceMs : silenceMs;
      if (now - heardAt > limitMs)
        this.#strikeOff(worker, "expired", `it was silent for over ${limitMs} ms`, now);
      else if (task && now - task.since > requestTimeoutMs)
        this.#strikeOff(worker, "timed-out", `it took over ${requestTimeoutMs} ms`, now);
    }
    for (const worker of this.#workers.all()) this.#tell(worker, { type: "heartbeat" });
    this.#desk.expire(now, (service) => this.#workers.count(service) > 0);
  }

  /** Takes note that a connection is gone: something could not be sent there. */
  unreachable(peer: Peer, address: Buffer, now: number): void {
    const worker = this.#workers.get(address);
    if (worker) return this.#strikeOff(worker, "unreachable", "its connection is gone", now);
    if (peer === "worker") return;
    const dropped = this.#desk.forget(address);
    this.outside.report({ type: "client-left", client: nameOf(address), dropped });
  }

  /** Says goodbye to every worker, so that each looks for the next broker at once. */
  close(): void {
    for (const worker of this.#workers.all()) this.#tell(worker, { type: "disconnect" });
  }

  /** What was done so far. */
  summary(): Omit<MajordomoBrokerSummary, "outcome" | "durationMs"> {
    return {
      ...this.#desk.counters,
      unanswered: this.#desk.unanswered,
      workersJoined: this.#workersJoined,
      workersLeft: { ...this.#workersLeft },
      framesRejected: this.#framesRejected,
    };
  }

  /** Strikes a worker off; what it held goes to another. */
  #strikeOff(worker: RegisteredWorker, parting: Parting, reason: string, now: number): void {
    const { service, name, task } = worker;
    this.#workers.remove(worker);
    this.#workersLeft[parting]++;
    const workers = this.#workers.size;
    this.outside.report({ type: "worker-left", worker: name, service, parting, reason, workers });
    // It may only be slow, or stopped: it shall know, and register anew.
    if (parting === "expired" || parting === "timed-out") this.#tell(worker, { type: "disconnect" });
    if (!task) return;
    const isCharged = parting === "timed-out" || (task.started && parting !== "disconnected");
    const attempt = { at: now, worker: name, reason, started: task.started };
    this.#desk.putBack(task.request, attempt, isCharged);
    this.#dispatch(service, now);
  }

  /** Sends a worker away that said what does not fit (18/MDP: DISCONNECT, and nothing more). */
  #dismiss(address: Buffer, dialect: Dialect, reason: string, now: number): void {
    this.outside.post("worker", address, encodeWorkerCommand(dialect, { type: "disconnect" }));
    const worker = this.#workers.get(address);
    if (worker) this.#strikeOff(worker, "misbehaved", reason, now);
  }

  #tell({ address, dialect }: RegisteredWorker, command: WorkerCommand): void {
    this.outside.post("worker", address, encodeWorkerCommand(dialect, command));
  }

  #reject(code: "wrong-shape" | "unexpected", address: Buffer, reason: string): void {
    this.#framesRejected++;
    this.outside.report({ type: "frame-rejected", code, reason: `${nameOf(address)}: ${reason}` });
  }
}
