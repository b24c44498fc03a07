/**
 * Who listens to an XPUB socket. A plain PUB sends to whoever has subscribed by then, and tells nobody
 * who that is; an XPUB receives the subscriptions.
 */
import { EventEmitter, once } from "node:events";
import type { XPublisher } from "zeromq";
import { parseSubscription } from "../../messages/start-signal";
import { within } from "../../transport/patience";
import type { Unstamped } from "../stamp";
import type { AudienceEvent } from "./events";

/** How many newcomers are served together at the most. */
const MOST_AT_ONCE = 100;

/** Counts subscriptions: one for each topic of each subscriber. */
export class Audience {
  #size = 0;
  readonly #byTopic = new Map<string, number>();
  readonly #changes = new EventEmitter();

  /** `socket` must have `verbosity: "allSubsUnsubs"`, or it tells only of the first subscriber of a topic. */
  constructor(
    private readonly socket: XPublisher,
    private readonly report: (event: Unstamped<AudienceEvent>) => void,
  ) {}

  /** How many subscriptions there are. */
  get size(): number {
    return this.#size;
  }

  /** Runs `body` while it reads who comes and goes; closes the socket when `body` is done. */
  async serveWhile(body: () => Promise<void>): Promise<void> {
    await Promise.all([this.serve(), body().finally(() => this.socket.close())]);
  }

  /**
   * Reads who comes and goes until the socket is closed. `welcome` gets the topics that newcomers asked for, as
   * bytes; those who come together, together.
   */
  async serve(welcome: (topics: Buffer[]) => Promise<void> = async () => {}): Promise<void> {
    let asked: Buffer[] = [];
    for await (const frames of this.socket) {
      asked.push(...this.#read(frames));
      const moreToCome = this.socket.readable && asked.length < MOST_AT_ONCE;
      if (asked.length === 0 || moreToCome) continue;
      await welcome(asked);
      asked = [];
    }
  }

  /** Takes note of one message; gives the topic of a subscription. */
  #read(frames: Buffer[]): Buffer[] {
    const [frame] = frames;
    const subscription = frames.length === 1 ? parseSubscription(frame!) : undefined;
    if (!subscription) {
      this.report({ type: "frame-rejected", code: "wrong-shape", reason: "no subscription" });
      return [];
    }
    const topic = frame!.subarray(1);
    if (!this.#count(topic, subscription.subscribed ? 1 : -1)) return [];
    const type = subscription.subscribed ? "subscription-received" : "subscription-ended";
    this.report({ type, topic: subscription.topic, subscriptions: this.#size });
    this.#changes.emit("change");
    return subscription.subscribed ? [topic] : [];
  }

  /** False when somebody takes back what was never asked for: libzmq hands that on as well. */
  #count(topic: Buffer, change: 1 | -1): boolean {
    const key = topic.toString("latin1");
    const now = (this.#byTopic.get(key) ?? 0) + change;
    if (now < 0) return false;
    if (now === 0) this.#byTopic.delete(key);
    else this.#byTopic.set(key, now);
    this.#size += change;
    return true;
  }

  /**
   * Waits until there are so many subscriptions.
   * @throws Error saying how many of how many came, when they do not come within `timeoutMs`.
   */
  async wait(
    subscriptions: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const everybody = async (patience: AbortSignal) => {
      while (this.#size < subscriptions) await once(this.#changes, "change", { signal: patience });
    };
    await within(
      timeoutMs,
      signal,
      everybody,
      () =>
        `Only ${this.#size} of ${subscriptions} subscriptions came within ${timeoutMs} ms. ` +
        "Start the missing subscribers, ask for fewer, or publish blindly (0).",
    );
  }
}
