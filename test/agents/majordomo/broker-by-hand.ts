/** The broker of a worker under test: a ROUTER, and whatever the test says with it. */
import { EventEmitter, once } from "node:events";
import type { TestContext } from "node:test";
import { Context, Router } from "zeromq";
import type { MajordomoWorkerEvent } from "../../../src/agents/majordomo/events";
import { majordomoWorkerAgent } from "../../../src/agents/majordomo/worker";
import type { MajordomoWorkerOptions } from "../../../src/agents/majordomo/worker/worker-options";
import { encodeFrame } from "../../../src/messages/frame";
import type { Payload } from "../../../src/messages/payload";
import {
  encodeWorkerCommand,
  parseMajordomo,
  type Dialect,
  type WorkerCommand,
} from "../../../src/messages/majordomo";
import type { ResultMessage } from "../../../src/messages/result-message";
import { createTaskMessage, type TaskMessage } from "../../../src/messages/task-message";
import { bindSocket } from "../../../src/transport/sockets";
import { anyPort, Witness } from "../bare-peers";

type Commands = { [Command in WorkerCommand as Command["type"]]: Command };
/** A command, and whose it is. */
type Heard<Type extends keyof Commands> = { worker: string } & Commands[Type];

export const client = Buffer.from("client-1");

export class BrokerByHand {
  readonly #context = new Context();
  socket = new Router({ context: this.#context, linger: 0 });
  address = "";
  dialect: Dialect = "0.2";
  /** Answer each HEARTBEAT with one. */
  isAlive = true;

  static async bound(t: TestContext, dialect: Dialect = "0.2"): Promise<BrokerByHand> {
    const broker = new BrokerByHand();
    broker.dialect = dialect;
    t.after(() => broker.close());
    broker.address = await bindSocket(broker.socket, "broker", anyPort);
    return broker;
  }

  /** Another broker at the same address: it knows nobody. */
  async restart(): Promise<void> {
    this.close();
    this.socket = new Router({ context: this.#context, linger: 0 });
    await bindSocket(this.socket, "broker", this.address);
  }

  /** The frames of the next message, the sender's name first. */
  async frames(): Promise<Buffer[]> {
    return this.socket.receive();
  }

  /** The next command of this kind; heartbeats are answered on the way, and any other kind is an error. */
  async next<Type extends keyof Commands>(type: Type): Promise<Heard<Type>> {
    for (;;) {
      const [worker, ...rest] = await this.frames();
      const message = parseMajordomo(rest);
      if (!message.ok || message.peer === "client") throw new Error(JSON.stringify(message));
      const heard = { worker: String(worker), ...message.command };
      if (heard.type === "heartbeat" && this.isAlive) await this.say(heard.worker, "heartbeat");
      if (heard.type === type) return heard as unknown as Heard<Type>;
      if (heard.type !== "heartbeat") throw new Error(`${heard.type}, not ${type}`);
    }
  }

  say(worker: string, type: "heartbeat" | "disconnect"): Promise<void> {
    return this.socket.send([worker, ...encodeWorkerCommand(this.dialect, { type })]);
  }

  async request(worker: string, data: Payload): Promise<TaskMessage> {
    const task = createTaskMessage(data);
    await this.requestOf(worker, encodeFrame(task));
    return task;
  }

  requestOf(worker: string, ...body: Buffer[]): Promise<void> {
    const command: WorkerCommand = { type: "request", client, body };
    return this.socket.send([worker, ...encodeWorkerCommand(this.dialect, command)]);
  }

  async final(): Promise<ResultMessage> {
    return resultOf(await this.next("final"));
  }

  close(): void {
    this.socket.close();
  }
}

export function resultOf({ body }: { body: Buffer[] }): ResultMessage {
  return JSON.parse(String(body[0])) as ResultMessage;
}

/** A worker between a broker by hand and a witness, stopped when the test is over. */
export async function employ(t: TestContext, given: MajordomoWorkerOptions = {}) {
  const witness = new Witness<MajordomoWorkerEvent>();
  const stop = new AbortController();
  let run = Promise.resolve<unknown>(undefined);
  t.after(() => (stop.abort(), run.catch(() => {}))); // before its broker goes
  const broker = await BrokerByHand.bound(t, given.dialect);
  const worker = majordomoWorkerAgent({
    brokerAddr: broker.address,
    workMs: 0,
    onEvent: witness.onEvent,
    signal: stop.signal,
    leaveTimeoutMs: 5000,
    ...given,
  });
  run = worker;
  run.catch(() => {});
  return { broker, witness, stop, run: worker };
}

/** Work that tells when it begins, and ends when the test says so. */
export class Errand {
  /** The data of the tasks that have begun. */
  readonly begun: string[] = [];
  /** The most that were worked on at the same time. */
  most = 0;
  #atOnce = 0;
  readonly #news = new EventEmitter();
  #finish?: (result: Payload) => void;

  readonly work = (data: Payload): Promise<Payload> => {
    this.most = Math.max(this.most, ++this.#atOnce);
    this.begun.push(data as string);
    this.#news.emit("begun");
    return new Promise((resolve) => (this.#finish = resolve));
  };

  async hasBegun(data: string): Promise<void> {
    while (!this.begun.includes(data)) await once(this.#news, "begun");
  }

  async haveBegun(count: number): Promise<void> {
    while (this.begun.length < count) await once(this.#news, "begun");
  }

  /** Ends the task that was begun last. */
  finish(result: Payload = "done"): void {
    this.#atOnce--;
    this.#finish!(result);
  }
}
