/** The broker of a client under test: a ROUTER that a test answers with by hand. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { TestContext } from "node:test";
import { Context, Router } from "zeromq";
import { encodeFrame } from "../../../src/messages/frame";
import type { Payload } from "../../../src/messages/payload";
import { encodeClientCommand, parseMajordomo, type Dialect } from "../../../src/messages/majordomo";
import { createResultMessage } from "../../../src/messages/result-message";
import type { TaskMessage } from "../../../src/messages/task-message";
import { bindSocket } from "../../../src/transport/sockets";
import { anyPort } from "../bare-peers";

/** A request as it came. */
export interface Asked {
  /** The client's address. */
  client: Buffer;
  dialect: Dialect;
  service: string;
  body: Buffer[];
  task: TaskMessage;
}

export class BareBroker {
  /** What the client wanted to know about services. */
  readonly pings: string[] = [];
  answersPings = true;
  /** The task_ids of what the client has taken back. */
  readonly cancels: string[] = [];
  readonly #news = new EventEmitter();
  readonly #socket = new Router({ context: new Context(), linger: 0 });

  static async bound(t: TestContext, address = anyPort): Promise<BareBroker> {
    const broker = new BareBroker();
    t.after(() => broker.close());
    await bindSocket(broker.#socket, "brokerAddr", address);
    return broker;
  }

  get address(): string {
    return this.#socket.lastEndpoint!;
  }

  /** Gives the next request for a task; what is meant for the broker itself is answered on the way. */
  async next(): Promise<Asked> {
    for (;;) {
      const [client, ...frames] = await this.#socket.receive();
      const message = parseMajordomo(frames);
      if (!message.ok || message.peer !== "client" || message.command.type !== "request")
        throw new Error(`no request: ${frames.map(String).join(" | ")}`);
      const { service, body } = message.command;
      const asked = { client: client!, dialect: message.dialect, service, body };
      if (service === "mmi.cancel") {
        this.cancels.push(String(body));
        this.#news.emit("cancel");
        await this.send(asked, "final", [Buffer.from("200")]);
        continue;
      }
      if (service !== "mmi.service")
        return { ...asked, task: JSON.parse(String(body[0])) as TaskMessage };
      this.pings.push(String(body));
      this.#news.emit("ping");
      if (this.answersPings) await this.send(asked, "final", [Buffer.from("200")]);
    }
  }

  async take(count: number): Promise<Asked[]> {
    const asked: Asked[] = [];
    while (asked.length < count) asked.push(await this.next());
    return asked;
  }

  /** Waits until so many questions about services have come; somebody must be reading. */
  async pinged(count: number): Promise<void> {
    while (this.pings.length < count) await once(this.#news, "ping");
  }

  /** Waits until so many tasks have been taken back; somebody must be reading. */
  async cancelled(count: number): Promise<void> {
    while (this.cancels.length < count) await once(this.#news, "cancel");
  }

  /** Answers a request with a result of a worker. */
  answer(asked: Asked, data: Payload = "done", workerId = "1"): Promise<void> {
    return this.send(asked, "final", [frameOf(asked, data, workerId)]);
  }

  partial(asked: Asked, data: Payload, workerId = "1"): Promise<void> {
    return this.send(asked, "partial", [frameOf(asked, data, workerId)]);
  }

  send(
    { client, dialect, service }: Omit<Asked, "task">,
    type: "partial" | "final",
    body: Buffer[],
  ): Promise<void> {
    return this.raw(client, encodeClientCommand(dialect, { type, service, body }));
  }

  raw(client: Buffer, frames: Buffer[]): Promise<void> {
    return this.#socket.send([client, ...frames]);
  }

  /** Answers every request, until it is closed. */
  async serve(answer: (asked: Asked) => Promise<void> | void): Promise<void> {
    while (!this.#socket.closed)
      try {
        await answer(await this.next());
      } catch (error) {
        if (!this.#socket.closed) throw error;
      }
  }

  /** Gives the port back, so that another may bind there. */
  async leave(): Promise<void> {
    await this.#socket.unbind(this.address);
    this.close();
  }

  /** Leaves, and waits until its one client has noticed: it knocks at the door again. */
  async leaveAndBeMissed(t: TestContext): Promise<void> {
    const { address } = this;
    const isFree = new Promise((resolve) => this.#socket.events.on("close", resolve)); // unbind returns a little earlier
    await this.#socket.unbind(address);
    await isFree;
    const door = createServer((visitor) => visitor.destroy());
    t.after(() => door.close());
    door.listen(Number(address.split(":").pop()), "127.0.0.1");
    const knock = once(door, "connection");
    this.close();
    await knock;
    await new Promise((resolve) => door.close(resolve));
    for (let round = 0; round < 3; round++) await setImmediate(); // what libzmq has told, its listeners hear
  }

  close(): void {
    this.#socket.close();
  }
}

function frameOf({ task }: Asked, data: Payload, workerId: string): Buffer {
  return encodeFrame(createResultMessage(task.task_id, data, workerId));
}
