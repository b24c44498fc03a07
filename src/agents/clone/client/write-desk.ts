/** Takes what an agent writes, and tells it what became of each change. */
import { v4 as uuid } from "uuid";
import type { ChangeCommand, Receipts } from "../../../messages/clone";
import { unlessAborted } from "../../../transport/patience";
import type { Unstamped } from "../../stamp";
import type { CloneClientEvent, CloneClientSummary } from "../events";
import type { News } from "./news";
import { WriteLedger, type Change, type Settled } from "./write-ledger";

/** What a desk needs to know. */
export interface WriteDeskSettings {
  subtree: string;
  maxUnconfirmed: number;
  heartbeatMs: number;
  liveness: number;
  clock: () => number;
  report: (event: Unstamped<CloneClientEvent>) => void;
}

/** One for one run, in whose summary it counts. */
export class WriteDesk {
  readonly #ledger: WriteLedger;
  /** Changes wait here for room, in order. */
  #admission: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly settings: WriteDeskSettings,
    private readonly summary: CloneClientSummary,
    private readonly news: News,
    private readonly over: AbortSignal,
  ) {
    this.#ledger = new WriteLedger(uuid(), settings.subtree);
  }

  /** Resolves when the server has confirmed. @throws Error when it refuses, or when all is over before. */
  async write(change: Change): Promise<void> {
    this.summary.unconfirmed++;
    const { refusal } = await this.#answerTo(change).catch((cause: unknown) => {
      const message = `The client has ended before the server confirmed ${change.key}`;
      throw new Error(message, { cause });
    });
    if (refusal !== undefined) throw new Error(`The server refuses ${change.key}: ${refusal}`);
  }

  async #answerTo(change: Change): Promise<Settled> {
    const { maxUnconfirmed, clock } = this.settings;
    const admitted = this.#admission.then(async () => {
      await this.news.until(() => this.#ledger.size < maxUnconfirmed);
      // In an object: as it is, the promise would be awaited here, and with it every change that comes after.
      return { answer: this.#ledger.add(change, clock()) };
    });
    this.#admission = admitted.catch(() => {});
    const { answer } = await admitted;
    this.news.tell();
    return unlessAborted(answer, this.over);
  }

  /** The next change to send; undefined when there is none. */
  next(): ChangeCommand | undefined {
    return this.#ledger.next();
  }

  /** The server has said something of writers. */
  settle(receipts: Receipts): void {
    const { clock, report } = this.settings;
    const settled = this.#ledger.settle(receipts, clock());
    for (const { key, number, refusal } of settled) {
      this.summary.unconfirmed--;
      this.summary[refusal === undefined ? "confirmed" : "refused"]++;
      if (refusal === undefined) report({ type: "confirmed", key, number });
      else report({ type: "refused", key, number, reason: refusal });
    }
    if (settled.length > 0) this.news.tell();
  }

  /** Sends everything without an answer once more: what was under way may be lost. */
  resend(reason: string): void {
    const changes = this.#ledger.rewind(this.settings.clock());
    if (changes === 0) return;
    this.summary.resent += changes;
    this.settings.report({ type: "resent", changes, reason });
    this.news.tell();
  }

  /** The same when nothing has been confirmed for too long. */
  resendOverdue(): void {
    const { clock, heartbeatMs, liveness } = this.settings;
    if (this.#ledger.isOverdue(clock(), heartbeatMs * liveness))
      this.resend("a confirmation is overdue");
  }
}
