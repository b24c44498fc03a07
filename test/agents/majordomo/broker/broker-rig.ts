/** A Majordomo broker without its socket: what it is told, what it says to whom, with numbers for the time. */
import type { Unstamped } from "../../../../src/agents/stamp";
import {
  Dispatcher,
  type DispatcherOutside,
  type DispatchPolicy,
} from "../../../../src/agents/majordomo/broker/dispatcher";
import type { MajordomoBrokerEvent } from "../../../../src/agents/majordomo/events";
import { Reception } from "../../../../src/agents/majordomo/broker/reception";
import { jsonCodec } from "../../../../src/messages/codecs/json";
import { readRefusal, type Refusal } from "../../../../src/messages/dead-letter";
import {
  encodeClientCommand,
  encodeWorkerCommand,
  parseMajordomo,
  type Dialect,
  type WorkerCommand,
} from "../../../../src/messages/majordomo";
import type { ResultMessage } from "../../../../src/messages/result-message";

type Event = Unstamped<MajordomoBrokerEvent>;

/** A heartbeat is a second, silence three of them. */
const policy: DispatchPolicy = {
  codec: jsonCodec,
  heartbeatMs: 1000,
  silenceMs: 3000,
  busySilenceMs: 3000,
  requestTimeoutMs: 10_000,
  serviceTimeoutMs: 5000,
  maxAttempts: 3,
  maxDeliveries: 20,
  maxRequests: 100,
  maxFrameBytes: 1000,
};

export class Rig {
  now = 0;
  readonly events: Event[] = [];
  /** Connections that are gone: what is posted there fails. */
  readonly gone = new Set<string>();
  readonly dispatcher: Dispatcher;
  readonly reception: Reception;
  #posts: { to: string; frames: Buffer[] }[] = [];
  #failures: (() => void)[] = [];

  constructor(given: Partial<DispatchPolicy> = {}) {
    const settings = { ...policy, ...given };
    const outside: DispatcherOutside = {
      post: (address, frames, onGone) => {
        const to = String(address);
        if (this.gone.has(to)) this.#failures.push(() => onGone(this.now));
        else this.#posts.push({ to, frames });
      },
      report: (event) => this.events.push(event),
    };
    this.dispatcher = new Dispatcher(settings, outside, 0);
    this.reception = new Reception(this.dispatcher, settings.maxFrameBytes, outside);
  }

  /** Lets frames arrive. */
  hear(from: string, frames: (Buffer | string)[]): void {
    const buffers = frames.map((frame) => Buffer.from(frame as string, "latin1"));
    this.reception.receive(Buffer.from(from), buffers, this.now);
    this.#settle();
  }

  tell(from: string, command: WorkerCommand, dialect: Dialect = "0.2"): void {
    this.hear(from, encodeWorkerCommand(dialect, command));
  }

  ready(worker: string, service = "work", dialect: Dialect = "0.2"): void {
    this.tell(worker, { type: "ready", service }, dialect);
  }

  beat(...workers: string[]): void {
    for (const worker of workers) this.tell(worker, { type: "heartbeat" });
  }

  answer(worker: string, client: string, text: string, type: "partial" | "final" = "final"): void {
    this.tell(worker, { type, client: Buffer.from(client), body: [Buffer.from(text)] });
  }

  ask(client: string, text: string, service = "work", dialect: Dialect = "0.2"): void {
    const body = [Buffer.from(text)];
    this.hear(client, encodeClientCommand(dialect, { type: "request", service, body }));
  }

  /** Lets time pass, a tick each second; these workers give a sign of life before each. */
  elapse(ms: number, ...alive: string[]): void {
    const { heartbeatMs } = policy;
    for (const end = this.now + ms; this.now < end;) {
      this.now += heartbeatMs;
      this.beat(...alive);
      this.tick();
    }
  }

  tick(): void {
    this.dispatcher.tick(this.now);
    this.#settle();
  }

  #settle(): void {
    for (let failure = this.#failures.shift(); failure; failure = this.#failures.shift()) failure();
  }

  /** Takes what was said to these, or to all, heartbeats apart: ["A request x", "C final y", "A disconnect"]. */
  said(...to: string[]): string[] {
    const isMeant = (post: { to: string }) => to.length === 0 || to.includes(post.to);
    const said = this.#posts.filter(isMeant).map((post) => `${post.to} ${wordsOf(post.frames)}`);
    this.#posts = this.#posts.filter((post) => !isMeant(post));
    return said.filter((text) => !text.endsWith(" heartbeat"));
  }

  /** Takes the heartbeats, frame by frame. */
  heartbeats(): string[] {
    const posts = this.#posts.filter(({ frames }) => wordsOf(frames) === "heartbeat");
    this.#posts = this.#posts.filter((post) => !posts.includes(post));
    return posts.map(({ to, frames }) => `${to} ${frames.map(String).join("/")}`);
  }

  /** Takes the refusals that were sent to a client. */
  refusals(to: string): (Refusal & { taskId: string })[] {
    const posts = this.#posts.filter((post) => post.to === to);
    this.#posts = this.#posts.filter((post) => post.to !== to);
    return posts.flatMap(({ frames }) => {
      const result = JSON.parse(String(frames.at(-1))) as ResultMessage;
      const refusal = readRefusal(result);
      return refusal ? { ...refusal, taskId: result.task_id } : [];
    });
  }

  all<Type extends Event["type"]>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<Event, { type: Type }>[];
  }
}

function wordsOf(frames: Buffer[]): string {
  const message = parseMajordomo(frames);
  if (!message.ok) return message.reason;
  const { command, dialect, peer } = message;
  const type = peer === "client" && dialect === "0.1" ? "reply" : command.type;
  return "body" in command ? `${type} ${String(command.body[0])}` : type;
}
