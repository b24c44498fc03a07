/** The broker of a worker under test: a ROUTER, and whatever the test says with it. */
import type { TestContext } from "node:test";
import { Context, Router } from "zeromq";
import type { MajordomoWorkerEvent } from "../../../src/agents/majordomo/events";
import { majordomoWorkerAgent } from "../../../src/agents/majordomo/worker";
import type { MajordomoWorkerOptions } from "../../../src/agents/majordomo/worker-options";
import { encodeFrame } from "../../../src/messages/frame";
import type { JsonValue } from "../../../src/messages/json-value";
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

/** A command, and whose it is. */
export type Heard = { worker: string } & WorkerCommand;

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
    return (await this.socket.receive()) as Buffer[];
  }

  /** The next command of this kind; heartbeats are answered on the way, and any other kind is an error. */
  async next<Type extends WorkerCommand["type"]>(
    type: Type,
  ): Promise<Extract<Heard, { type: Type }>> {
    for (;;) {
      const [worker, ...rest] = await this.frames();
      const message = parseMajordomo(rest);
      if (!message.ok || message.peer === "client") throw new Error(JSON.stringify(message));
      const heard = { worker: String(worker), ...message.command };
      if (heard.type === "heartbeat" && this.isAlive) await this.say(heard.worker, "heartbeat");
      if (heard.type === type) return heard as Extract<Heard, { type: Type }>;
      if (heard.type !== "heartbeat") throw new Error(`${heard.type}, not ${type}`);
    }
  }

  say(worker: string, type: "heartbeat" | "disconnect"): Promise<void> {
    return this.socket.send([worker, ...encodeWorkerCommand(this.dialect, { type })]);
  }

  async request(worker: string, data: JsonValue): Promise<TaskMessage> {
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
  const broker = await BrokerByHand.bound(t, given.dialect);
  const witness = new Witness<MajordomoWorkerEvent>();
  const stop = new AbortController();
  const run = majordomoWorkerAgent({
    brokerAddr: broker.address,
    workMs: 0,
    onEvent: witness.onEvent,
    signal: stop.signal,
    leaveTimeoutMs: 5000,
    ...given,
  });
  run.catch(() => {});
  t.after(async () => {
    stop.abort();
    await run.catch(() => {});
  });
  return { broker, witness, stop, run };
}

/** Work that tells when it begins, and ends when the test says so. */
export class Errand {
  readonly #begun = new Map<string, () => void>();
  readonly begun: string[] = [];
  atOnce = 0;
  most = 0;
  #finish?: (result: JsonValue) => void;

  readonly work = (data: JsonValue): Promise<JsonValue> => {
    this.most = Math.max(this.most, ++this.atOnce);
    this.begun.push(String(data));
    return new Promise<JsonValue>((resolve) => (this.#finish = resolve)).finally(() => {
      this.atOnce--;
    });
  };

  finish(result: JsonValue = "done"): void {
    this.#finish!(result);
  }
}
