/**
 * One registration of a worker with a broker (rfc.zeromq.org/spec/18): one socket, one READY, then
 * requests and answers, and heartbeats both ways until one of the two has had enough.
 *
 *     worker DEALER ──READY, HEARTBEAT, PARTIAL, FINAL, DISCONNECT──▶ ROUTER broker
 *     worker DEALER ◀──────────REQUEST, HEARTBEAT, DISCONNECT──────── ROUTER broker
 */
import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { Dealer } from "zeromq";
import type { FrameProblem } from "../../../messages/codec";
import { encodeWorkerCommand, type WorkerCommand } from "../../../messages/majordomo";
import { Connections } from "../../../transport/connections";
import { Outbox } from "../../../transport/outbox";
import { LONGEST_MS, unlessAborted, within } from "../../../transport/patience";
import { connectSocket } from "../../../transport/sockets";
import { HANG_UP_FACTOR } from "../../options";
import { readBrokerCommand, type Request } from "./broker-command";
import { Pulse } from "./pulse";
import type { WorkerSettings } from "./worker-options";

/**
 * How a conversation ends: the worker leaves; it gives back a task that it could not begin; the broker says
 * DISCONNECT; the broker says nothing any more.
 */
export type Ending = "left" | "handed-back" | "dismissed" | "broker-silent";

/** Who takes what a conversation receives. Both return at once. */
export interface Listener {
  take(request: Request): void;
  /** Hears of what is no command that a broker gives. */
  reject(code: FrameProblem["code"], reason: string): void;
}

/** Opens the socket of one conversation, under a name of its own: to a broker it is another worker. */
export function openDealer(settings: WorkerSettings): Dealer {
  const { context, highWaterMark, maxFrameBytes, workerId } = settings;
  return new Dealer({
    context,
    routingId: `${namePrefixOf(workerId)}${randomBytes(4).toString("hex")}`,
    sendHighWaterMark: highWaterMark,
    receiveHighWaterMark: highWaterMark,
    maxMessageSize: maxFrameBytes * HANG_UP_FACTOR,
    linger: 0,
  });
}

/** What the names of all of a worker's conversations begin with; what follows is each one's own. */
export function namePrefixOf(workerId: string): string {
  return `Worker-${workerId.slice(0, 40)}-`;
}

/** A worker's end of the dialogue. It ends itself when the broker does, or by `end`. */
export class Conversation {
  /** What became of the request that has come last. */
  #request: "none" | "waiting" | "begun" = "none";
  /** Whether the broker has said anything but DISCONNECT. */
  hasHeard = false;
  readonly #over = new AbortController();
  readonly #connections: Connections;
  readonly #outbox: Outbox;
  readonly #pulse: Pulse;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly socket: Dealer,
  ) {
    this.#connections = new Connections(socket);
    this.#outbox = new Outbox(socket, (error) => this.end(error));
    this.#pulse = new Pulse(settings.heartbeatMs, settings.liveness, performance.now());
  }

  /** Aborts when the conversation is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** For how long the broker has been silent, in milliseconds. */
  get silentMs(): number {
    return Math.round(this.#pulse.silentMs(performance.now()));
  }

  /** Ends it, once; an error becomes that of `run`. */
  end(ending: Ending | Error): void {
    this.#over.abort(ending);
  }

  /** Registers as the worker's n-th conversation, and listens until it is over; tells how it ended. */
  async run(number: number, listener: Listener): Promise<Ending> {
    const { brokerAddr, service, report } = this.settings;
    this.#beatWhenReconnected();
    connectSocket(this.socket, "brokerAddr", brokerAddr);
    this.send({ type: "ready", service });
    report({ type: "registered", service, conversation: number });
    try {
      while (!this.signal.aborted) await this.#listen(listener);
    } catch (error) {
      if (!this.signal.aborted) throw error;
    }
    const ending = this.signal.reason as Ending | Error;
    if (ending instanceof Error) throw ending;
    if (ending === "left" || ending === "handed-back") await this.#takeLeave();
    return ending;
  }

  /** Says something, unless the conversation is over. */
  send(command: WorkerCommand): void {
    if (this.signal.aborted) return;
    this.#post(command);
    if (command.type === "final") this.#become("none");
  }

  /**
   * Tells the broker that the request has begun, not only arrived: a HEARTBEAT at once. Then libzmq gets a
   * moment to send it, before work that may be the end of this process.
   */
  async begin(): Promise<void> {
    this.#become("begun");
    this.#beat();
    await this.#outbox.flush();
    await setImmediate();
  }

  /** Sends a HEARTBEAT now; the next one is due after the usual pause. */
  #beat(): void {
    if (this.signal.aborted) return;
    this.#post({ type: "heartbeat" });
    this.#pulse.sent(performance.now());
    this.settings.report({ type: "heartbeat-sent" });
  }

  #post(command: WorkerCommand): void {
    this.#outbox.post(encodeWorkerCommand(this.settings.dialect, command));
  }

  /** Waits for one message, or until the pulse wants something. */
  async #listen(listener: Listener): Promise<void> {
    this.socket.receiveTimeout = Math.min(
      Math.ceil(this.#pulse.restMs(performance.now())),
      LONGEST_MS,
    );
    const frames = await unlessAborted(this.socket.receive(), this.signal).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EAGAIN" || this.socket.closed) throw error; // EAGAIN: nothing came in time
      },
    );
    // One time for both: a request that takes long to read has not yet had its turn when it is read.
    const now = performance.now();
    if (frames) this.#hear(frames, listener, now);
    const { isBeatDue, isSilent } = this.#pulse.wake(now);
    if (isSilent) this.end("broker-silent");
    else if (isBeatDue) this.#beatOrHandBack();
  }

  /**
   * To a broker a heartbeat after a request says that it has begun. One that still waits for its turn when
   * a heartbeat is due is better off with another worker: giving it back is the honest thing to say.
   */
  #beatOrHandBack(): void {
    if (this.#request === "waiting") this.end("handed-back");
    else this.#beat();
  }

  #hear(frames: Buffer[], listener: Listener, now: number): void {
    const message = readBrokerCommand(frames, this.settings.dialect);
    if (!message.ok) return listener.reject(message.code, message.reason);
    const { command } = message;
    if (command.type === "disconnect") return this.end("dismissed");
    this.hasHeard = true;
    this.#pulse.heard(now);
    if (command.type === "heartbeat") return this.settings.report({ type: "heartbeat-received" });
    if (this.#request !== "none")
      return listener.reject("wrong-shape", "a second request before the answer");
    this.#become("waiting");
    this.#pulse.sent(now); // it may wait for as long as the usual pause
    listener.take(command);
  }

  #become(request: "none" | "waiting" | "begun"): void {
    this.#request = request;
    this.#pulse.busy(request !== "none", performance.now());
  }

  /**
   * Whoever answers at the address after a lost connection may be a new broker. One that knows us is
   * glad of a heartbeat, one that does not says DISCONNECT: either way we need not wait to know.
   */
  #beatWhenReconnected(): void {
    let isFirst = true;
    this.#connections.onChange(() => {
      if (this.#connections.connected === 0) return;
      if (!isFirst) this.#attempt(() => this.#beatOrHandBack());
      isFirst = false;
    });
  }

  /** What libzmq's monitor calls has no caller who could catch. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.end(error as Error);
    }
  }

  /** Says DISCONNECT and gives libzmq time to deliver what is queued: an answer may be among it. */
  async #takeLeave(): Promise<void> {
    this.#post({ type: "disconnect" });
    const handedOver = (patience: AbortSignal) => unlessAborted(this.#outbox.flush(), patience);
    await within(FAREWELL_MS, undefined, handedOver, () => "the queue is full").catch(() => {});
    this.socket.linger = FAREWELL_MS;
  }
}

/**
 * How long a worker that leaves waits for a broker to take what is queued, in milliseconds: a broker that
 * is there takes it at once, and one that is stopped together with its workers never will.
 */
const FAREWELL_MS = 1000;
