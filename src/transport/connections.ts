/** Who is at the other end of a socket: libzmq hides it, its monitor events tell. */
import { EventEmitter, on, once } from "node:events";
import type { Socket } from "zeromq";
import { within } from "./patience";

/** A peer that shakes hands, or is refused, does so within this time after it came. */
const HANDSHAKE_MS = 1000;

/**
 * Counts the peers that are connected to a socket right now. Make it before bind or connect: events
 * that nobody listens for are lost.
 */
export class Connections {
  /** Peers that have shaken hands (ZMTP, rfc.zeromq.org/spec/23) and are still there. */
  connected = 0;
  /** The most that were connected at the same time. */
  most = 0;
  #open = 0;
  #lastCameAt = -Infinity;
  #hasFailed = false;
  #changedAt = performance.now();
  readonly #changes = new EventEmitter();

  constructor(socket: Pick<Socket, "events">) {
    for (const type of ["accept", "connect"] as const) socket.events.on(type, () => this.#came());
    socket.events.on("handshake", () => this.#shookHands());
    for (const type of [
      "handshake:error:protocol",
      "handshake:error:auth",
      "handshake:error:other",
    ] as const)
      socket.events.on(type, () => (this.#hasFailed = true));
    socket.events.on("disconnect", () => this.#left());
  }

  #came(): void {
    this.#open++;
    this.#lastCameAt = performance.now();
  }

  /** Always a change: who came may have taken the place of one whose leaving went unnoticed. */
  #shookHands(): void {
    this.#count(this.connected + 1);
    this.#changes.emit("change");
  }

  /**
   * The event has no peer in it. Whose handshake failed leaves right after; whose socket type does not
   * fit leaves soon after it came, without a word. Whoever else leaves was counted.
   */
  #left(): void {
    const isJustComing =
      this.#open > this.connected && performance.now() - this.#lastCameAt < HANDSHAKE_MS;
    const isStranger = this.#hasFailed || isJustComing;
    this.#hasFailed = false;
    this.#open--;
    const before = this.connected;
    this.#count(before - (isStranger ? 0 : 1));
    if (this.connected < before) this.#changes.emit("change");
  }

  /** Never more peers than open connections: that mends the count when two peers were taken for each other. */
  #count(connected: number): void {
    const now = Math.max(0, Math.min(connected, this.#open));
    if (now === this.connected) return;
    this.connected = now;
    this.most = Math.max(this.most, now);
    this.#changedAt = performance.now();
  }

  /** For how long nobody has been connected, in milliseconds; 0 while somebody is. */
  get goneForMs(): number {
    return this.connected > 0 ? 0 : performance.now() - this.#changedAt;
  }

  /** Calls `listener` whenever a peer came, and whenever `connected` fell. */
  onChange(listener: () => void): void {
    this.#changes.on("change", listener);
  }

  /** Yields as often as `onChange` would call from now on, none missed; throws when `signal` aborts. */
  changes(signal?: AbortSignal): AsyncIterator<unknown> {
    return on(this.#changes, "change", { signal });
  }

  /** Tells whether somebody is connected, or will be within `timeoutMs`; rejects when `signal` aborts. */
  async isBackWithin(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const wait = within(
      timeoutMs,
      signal,
      (patience) => this.somebody(patience),
      () => "nobody came",
    );
    return wait.then(
      () => true,
      () => (signal?.throwIfAborted(), false),
    );
  }

  /** Waits until somebody is connected; rejects when `signal` aborts. */
  async somebody(signal: AbortSignal): Promise<void> {
    while (this.connected === 0) await once(this.#changes, "change", { signal });
  }
}
