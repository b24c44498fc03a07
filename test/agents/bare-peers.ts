/** The neighbours of an agent under test: sockets without an agent around them. */
import type { TestContext } from "node:test";
import { Context, Pull, Push, Subscriber, XPublisher } from "zeromq";
import type { AgentEvent } from "../../src/agents/events";
import { encodeFrame } from "../../src/messages/frame";
import {
  createResultMessage,
  createWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../../src/messages/result-message";
import {
  createEndMessage,
  createTaskMessage,
  type EndMessage,
  type TaskMessage,
} from "../../src/messages/task-message";
import type { Payload } from "../../src/messages/payload";

export const anyPort = "tcp://127.0.0.1:*";

/** Keeps an agent's events and lets a test wait for one. */
export class Witness<Event extends AgentEvent = AgentEvent> {
  readonly events: Event[] = [];
  readonly #waiting = new Set<() => void>();

  readonly onEvent = (event: Event): void => {
    this.events.push(event);
    this.#waiting.forEach((look) => look());
  };

  all<Type extends Event["type"]>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<Event, { type: Type }>[];
  }

  /** Gives the first event of this kind that fits, from the past or from the future. */
  heard<Type extends Event["type"]>(
    type: Type,
    fits: (event: Extract<Event, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Event, { type: Type }>> {
    return new Promise((resolve) => {
      const look = () => {
        const event = this.all(type).find(fits);
        if (!event) return;
        this.#waiting.delete(look);
        resolve(event);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Starts an agent with the waits of a test and a witness; it is stopped when the test is over. */
export function startAgent<Options extends object, Event extends AgentEvent, Summary>(
  t: TestContext,
  agent: (options: Options) => Promise<Summary>,
  given: Options,
  witness = new Witness<Event>(),
) {
  const stop = new AbortController();
  const waits = { startTimeoutMs: 50_000, peerTimeoutMs: 300 };
  const run = agent({ ...waits, onEvent: witness.onEvent, signal: stop.signal, ...given });
  run.catch(() => {});
  t.after(() => stop.abort());
  return { run, witness, stop };
}

/** A worker's two ears; what it says to a collector is not of interest here. */
export class BareWorker {
  readonly tasks: Pull;
  readonly control: Subscriber;

  constructor(
    t: TestContext,
    [taskAddress, controlAddress]: readonly string[],
    receiveHighWaterMark = 1000,
  ) {
    const context = new Context();
    this.tasks = new Pull({ context, receiveHighWaterMark });
    this.control = new Subscriber({ context });
    t.after(() => this.close());
    this.tasks.connect(taskAddress!);
    this.control.connect(controlAddress!);
    this.control.subscribe("START");
  }

  async start(): Promise<string> {
    return String((await this.control.receive())[0]);
  }

  async next(): Promise<TaskMessage | EndMessage> {
    return JSON.parse(String((await this.tasks.receive())[0])) as TaskMessage | EndMessage;
  }

  /** Takes everything up to its END, then hangs up. */
  async workUntilEnd(): Promise<Payload[]> {
    const data: Payload[] = [];
    for (;;) {
      const message = await this.next();
      if (message.task_id === "END_OF_TASKS") break;
      data.push(message.data);
    }
    this.close();
    return data;
  }

  close(): void {
    this.tasks.close();
    this.control.close();
  }
}

/** A generator and a collector for one processor, driven by hand. */
export class BareNeighbours {
  readonly #context = new Context();
  readonly tasks = new Push({ context: this.#context, linger: 0 });
  readonly control = new XPublisher({ context: this.#context, linger: 0 });
  readonly results = new Pull({ context: this.#context });

  static async bound(t: TestContext): Promise<BareNeighbours> {
    const neighbours = new BareNeighbours();
    const { tasks, control, results } = neighbours;
    t.after(() => [tasks, control, results].forEach((socket) => socket.close()));
    for (const socket of [tasks, control, results]) await socket.bind(anyPort);
    return neighbours;
  }

  get addresses() {
    return {
      taskVentilatorAddr: this.tasks.lastEndpoint!,
      controlSyncAddr: this.control.lastEndpoint!,
      resultCollectorAddr: this.results.lastEndpoint!,
    };
  }

  /** Waits for the subscription, then publishes START. */
  async start(): Promise<void> {
    await this.control.receive();
    await this.control.send("START");
  }

  async sendTask(data: Payload): Promise<TaskMessage> {
    const task = createTaskMessage(data);
    await this.tasks.send(encodeFrame(task));
    return task;
  }

  sendEnd(): Promise<void> {
    return this.tasks.send(encodeFrame(createEndMessage()));
  }

  async nextResult(): Promise<ResultMessage | WorkerDoneMessage> {
    const [frame] = await this.results.receive();
    return JSON.parse(String(frame)) as ResultMessage | WorkerDoneMessage;
  }
}

/** A processor's mouth. */
export class BareSender {
  readonly socket: Push;

  constructor(
    t: TestContext,
    address: string,
    readonly workerId = "1",
  ) {
    this.socket = new Push({ context: new Context() });
    t.after(() => this.close());
    this.socket.connect(address);
  }

  result(taskId: string, data: Payload = `result of ${taskId}`): Promise<void> {
    return this.socket.send(encodeFrame(createResultMessage(taskId, data, this.workerId)));
  }

  done(): Promise<void> {
    return this.socket.send(encodeFrame(createWorkerDoneMessage(this.workerId)));
  }

  close(): void {
    this.socket.close();
  }
}
