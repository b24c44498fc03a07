/**
 * What each message of a client or a worker asks for, and what is answered to one that does not fit. Pure:
 * no sockets, no clock.
 */
import {
  encodeWorkerCommand,
  isManagement,
  parseMajordomo,
  type ClientCommand,
  type Dialect,
  type WorkerCommand,
} from "../../../messages/majordomo";
import type { Dispatcher, DispatcherOutside } from "./dispatcher";
import type { MajordomoBrokerEvent } from "../events";
import { answerManagement } from "./management";
import { nameOf } from "./worker-registry";

/** Reads a broker's messages. */
export class Reception {
  /** Messages that were malformed, or did not fit. */
  framesRejected = 0;

  /** An answer may have `maxFrameBytes` bytes, all its frames together. */
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly maxFrameBytes: number,
    private readonly outside: DispatcherOutside,
  ) {}

  /** Takes a message from whoever has this address. */
  receive(address: Buffer, frames: Buffer[], now: number): void {
    const message = parseMajordomo(frames);
    if (message.ok && message.peer === "client")
      return this.#hearClient(address, message.dialect, message.command, now);
    const worker = this.dispatcher.workers.get(address);
    const isGoodbye = message.ok && message.command.type === "disconnect";
    if (worker && !isGoodbye) {
      worker.heardAt = now;
      if (worker.task) worker.task.started = true;
    }
    if (message.ok) return this.#hearWorker(address, message.dialect, message.command, now);
    this.#reject(message.code, address, message.reason);
    const dialect = worker?.dialect ?? (message.peer === "worker" ? message.dialect : undefined);
    if (dialect)
      this.#dismiss(address, dialect, `it sent what is malformed (${message.reason})`, now);
  }

  #hearClient(client: Buffer, dialect: Dialect, command: ClientCommand, now: number): void {
    const { type, service, body } = command;
    if (type !== "request") return this.#reject("unexpected", client, `a ${type} from a client`);
    if (isManagement(service)) {
      const answer = answerManagement(service, body, {
        isOffered: (name) => this.dispatcher.workers.count(name) > 0,
        cancel: (taskId) => this.dispatcher.cancel(client, taskId, now),
      });
      return this.dispatcher.answer(client, dialect, { type: "final", service, body: [answer] });
    }
    this.dispatcher.request(client, dialect, service, body, now);
  }

  #hearWorker(address: Buffer, dialect: Dialect, command: WorkerCommand, now: number): void {
    const worker = this.dispatcher.workers.get(address);
    // It may have answered before it heard that nobody waits for that any more.
    if (command.type !== "ready" && this.dispatcher.staff.wasCalledOff(address)) return;
    switch (command.type) {
      case "ready":
        return this.#register(address, dialect, command.service, now);
      case "heartbeat":
        // One that we do not know has outlived us, or we have struck it off: it shall register anew.
        return worker ? undefined : this.#dismiss(address, dialect, "it is not registered", now);
      case "disconnect":
        return worker && this.dispatcher.strikeOff(worker, "disconnected", "it disconnected", now);
      case "partial":
      case "final":
        return this.#takeAnswer(address, dialect, command, now);
      case "request":
        return this.#protest(address, dialect, "it sent a request", now);
    }
  }

  #register(address: Buffer, dialect: Dialect, service: string, now: number): void {
    if (this.dispatcher.workers.get(address))
      return this.#protest(address, dialect, "it sent READY twice", now);
    if (isManagement(service)) {
      const reason = `it offered "${service}", which is the broker's own`;
      return this.#protest(address, dialect, reason, now);
    }
    this.dispatcher.join(address, dialect, service, now);
  }

  #takeAnswer(address: Buffer, dialect: Dialect, command: AnswerCommand, now: number): void {
    const { type, client, body } = command;
    const worker = this.dispatcher.workers.get(address);
    const task = worker?.task;
    if (!worker || !task?.request.client.equals(client)) {
      const reason = `it answered a request that it does not hold${worker ? "" : " any more"}`;
      return this.#protest(address, dialect, reason, now);
    }
    const bytes = body.reduce((sum, { length }) => sum + length, 0);
    if (bytes > this.maxFrameBytes) {
      const reason = `it sent ${bytes} bytes, the limit is ${this.maxFrameBytes}`;
      return this.#protest(address, dialect, reason, now, "too-large");
    }
    if (type === "final") return this.dispatcher.finish(worker, task, body, now);
    task.since = now;
    const { dialect: clientDialect, service } = task.request;
    if (clientDialect === "0.1") return; // 7/MDP has no word for it
    this.dispatcher.answer(client, clientDialect, { type, service, body });
  }

  /** Answers what is valid but does not fit: an event, and DISCONNECT. */
  #protest(
    address: Buffer,
    dialect: Dialect,
    reason: string,
    now: number,
    code: "unexpected" | "too-large" = "unexpected",
  ): void {
    this.#reject(code, address, reason);
    this.#dismiss(address, dialect, reason, now);
  }

  /** Sends a worker away (18/MDP: DISCONNECT, and nothing more). */
  #dismiss(address: Buffer, dialect: Dialect, reason: string, now: number): void {
    const frames = encodeWorkerCommand(dialect, { type: "disconnect" });
    this.outside.post(address, frames, () => {}); // who is gone already need not be told
    const worker = this.dispatcher.workers.get(address);
    if (worker) this.dispatcher.strikeOff(worker, "misbehaved", reason, now);
  }

  #reject(code: RejectionCode, address: Buffer, reason: string): void {
    this.framesRejected++;
    this.outside.report({ type: "frame-rejected", code, reason: `${nameOf(address)}: ${reason}` });
  }
}

type AnswerCommand = Extract<WorkerCommand, { client: Buffer }>;
type RejectionCode = Extract<MajordomoBrokerEvent, { type: "frame-rejected" }>["code"];
