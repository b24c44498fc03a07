/** A client's line to the broker: one DEALER, replaced by a new one when it seems dead (the Guide's Lazy Pirate). */
import { randomBytes } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { Dealer, type Context } from "zeromq";
import { Connections } from "../../../transport/connections";
import { Outbox } from "../../../transport/outbox";
import { unlessAborted, within } from "../../../transport/patience";
import { connectSocket, type Open } from "../../../transport/sockets";
import { HANG_UP_FACTOR } from "../../options";

/** What a link needs to know. */
interface LinkSettings {
  brokerAddr: string;
  highWaterMark: number;
  maxFrameBytes: number;
  context: Context;
}

/** Why a broker that has shaken hands may know nothing of what was sent before. */
export type HandshakeReason =
  "the first connection" | "the connection was lost" | "the broker was silent";

/** One line at a time. Not connected before `open`. */
export class BrokerLink {
  #line?: { socket: Dealer; outbox: Outbox; connections: Connections };
  readonly #news = new EventEmitter();

  constructor(
    private readonly settings: LinkSettings,
    private readonly openSocket: Open,
  ) {}

  /** Connects with a new socket, and drops the one before with all it has queued. */
  open(): void {
    const { context, highWaterMark, maxFrameBytes, brokerAddr } = this.settings;
    const isFirst = this.#line === undefined;
    this.close();
    const socket = this.openSocket(
      new Dealer({
        context,
        sendHighWaterMark: highWaterMark,
        receiveHighWaterMark: highWaterMark,
        maxMessageSize: maxFrameBytes * HANG_UP_FACTOR,
        linger: 0, // a request that is still queued is of no use to a client that is gone
        routingId: `Client-${randomBytes(4).toString("hex")}`,
      }),
    );
    const connections = new Connections(socket);
    let reason: HandshakeReason = isFirst ? "the first connection" : "the broker was silent";
    connections.onChange(() => {
      if (connections.connected === 0) return;
      this.#news.emit("handshake", reason);
      reason = "the connection was lost";
    });
    const outbox = new Outbox(socket, (error) => this.#news.emit("error", error));
    this.#line = { socket, outbox, connections };
    connectSocket(socket, "brokerAddr", brokerAddr);
  }

  close(): void {
    this.#line?.socket.close();
  }

  /** Closes it when what was posted is on its way, or `ms` milliseconds later. */
  async closeWithin(ms: number): Promise<void> {
    const { socket, outbox } = this.#line ?? {};
    if (!socket || socket.closed) return;
    const handedOver = (patience: AbortSignal) => unlessAborted(outbox!.flush(), patience);
    await within(ms, undefined, handedOver, () => "the queue is full").catch(() => {});
    socket.linger = ms;
    socket.close();
  }

  /** Hands a message in; nothing tells whether it arrives. */
  post(frames: Buffer[]): void {
    this.#line?.outbox.post(frames);
  }

  /** Yields what arrives, from one socket after the other, until the last one is closed. */
  async *messages(): AsyncGenerator<Buffer[]> {
    let socket: Dealer | undefined;
    while (socket !== this.#line?.socket) {
      socket = this.#line!.socket;
      yield* socket;
    }
  }

  /** Yields at each handshake from now on, none missed; throws when `signal` aborts, or a message cannot be sent. */
  async *handshakes(signal: AbortSignal): AsyncGenerator<HandshakeReason> {
    for await (const [reason] of on(this.#news, "handshake", { signal }))
      yield reason as HandshakeReason;
  }

  get isConnected(): boolean {
    return (this.#line?.connections.connected ?? 0) > 0;
  }

  /** For how long a connection that was there has been gone, in milliseconds; 0 for one that is still to come. */
  get lostForMs(): number {
    const { most, goneForMs } = this.#line?.connections ?? { most: 0, goneForMs: 0 };
    return most > 0 ? goneForMs : 0;
  }

  /** Waits until the broker is there; rejects when `signal` aborts. */
  async connected(signal: AbortSignal): Promise<void> {
    await this.#line?.connections.somebody(signal);
  }
}
