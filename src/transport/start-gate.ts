/**
 * The start signal without a sleep. A plain PUB sends to whoever listens at that moment, and who came
 * late has lost it (the "slow joiner"). An XPUB also receives the subscriptions, so it knows who listens.
 */
import { EventEmitter, once } from "node:events";
import type { XPublisher } from "zeromq";
import { hearsStart, parseSubscription, START } from "../messages/start-signal";
import type { Connections } from "./connections";
import { within } from "./patience";

/** Counts the workers at the gate and opens it: one START for all who wait, one more for each latecomer. */
export class StartGate {
  #subscribers = 0;
  #isOpen = false;
  readonly #changes = new EventEmitter();

  /** `control` must have `verbosity: "allSubsUnsubs"`, or it tells only of the first subscriber. */
  constructor(
    private readonly control: XPublisher,
    private readonly workforce: Connections,
  ) {
    workforce.onChange(() => this.#changes.emit("change"));
  }

  /** Workers that hear START and whose task connection stands: the two may come in either order. */
  get ready(): number {
    return Math.min(this.#subscribers, this.workforce.connected);
  }

  /** Runs `body` while it reads who comes and goes; closes the control socket when `body` is done. */
  async serveWhile(body: () => Promise<void>): Promise<void> {
    await Promise.all([this.#serve(), body().finally(() => this.control.close())]);
  }

  async #serve(): Promise<void> {
    for await (const [frame] of this.control) {
      const subscription = parseSubscription(frame!);
      if (!subscription || !hearsStart(subscription)) continue;
      this.#subscribers += subscription.subscribed ? 1 : -1;
      this.#changes.emit("change");
      if (this.#isOpen && subscription.subscribed) await this.control.send(START);
    }
  }

  /**
   * Waits until `workers` are ready, telling `onReady` each time their number changes.
   * @throws Error saying how many of how many came, when they are not ready within `timeoutMs`.
   */
  async wait(
    workers: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    onReady: (ready: number) => void,
  ): Promise<void> {
    let told = 0;
    const everybody = async (patience: AbortSignal) => {
      for (; ; await once(this.#changes, "change", { signal: patience })) {
        if (this.ready !== told) onReady((told = this.ready));
        if (told >= workers) return;
      }
    };
    await within(
      timeoutMs,
      signal,
      everybody,
      () =>
        `Only ${this.ready} of ${workers} workers came within ${timeoutMs} ms: ` +
        `${this.workforce.connected} connected for tasks, ${this.#subscribers} for START. ` +
        "Start the missing workers (each waits for the collector first), or ask for fewer.",
    );
  }

  /** Publishes START; from now on a latecomer gets its own as soon as it subscribes. */
  async open(): Promise<void> {
    this.#isOpen = true;
    await this.control.send(START);
  }
}
