/** Keeps requests going over one line to the broker until each of them has ended, once. */
import { EventEmitter, once } from "node:events";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { encodeMessage } from "../../../messages/frame";
import type { Payload } from "../../../messages/payload";
import { encodeClientCommand, MMI_SERVICE, type Dialect } from "../../../messages/majordomo";
import { createTaskMessage } from "../../../messages/task-message";
import { within } from "../../../transport/patience";
import type { Open } from "../../../transport/sockets";
import type { Outcome } from "../../events";
import type { AgentSettings } from "../../options";
import { BrokerLink, type HandshakeReason } from "./broker-link";
import { ClientTally, type TallySettings } from "./client-tally";
import type { MajordomoClientSummary } from "../events";
import { LazyPirate, type PirateSettings } from "./lazy-pirate";
import { RequestLedger, type Request } from "./request-ledger";
import type { RetryPolicy } from "./retry-policy";

/** What a requester needs to know. */
export interface RequesterSettings
  extends AgentSettings, Required<RetryPolicy>, PirateSettings, Pick<TallySettings, "report"> {
  brokerAddr: string;
  maxOutstanding: number;
  dialect: Dialect;
}

/** How often it looks at the time, in milliseconds: a try may be so much later than promised. */
const TICK_MS = 20;

/** One for one run, whose summary it writes. */
export class Requester {
  readonly #ledger: RequestLedger;
  readonly #tally: ClientTally;
  readonly #link: BrokerLink;
  readonly #pirate: LazyPirate;
  readonly #changes = new EventEmitter();
  /** Ends every wait: the run is over, or its signal said stop. */
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;

  constructor(
    private readonly settings: RequesterSettings,
    private readonly summary: MajordomoClientSummary,
    open: Open,
  ) {
    const { signal } = settings;
    this.#ledger = new RequestLedger(settings);
    this.#tally = new ClientTally(settings, this.#ledger, summary);
    this.#link = new BrokerLink(settings, open);
    this.#pirate = new LazyPirate(settings);
    this.#signal = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal;
  }

  /**
   * Finds the broker, runs `feed`, and waits until all it has requested has ended. The signal that
   * `feed` gets aborts when there is no more use in going on.
   * @throws Error when the broker does not come within `startTimeoutMs`.
   */
  async serveWhile(feed: (signal: AbortSignal) => Promise<void>): Promise<Outcome> {
    this.#link.open();
    const loops = [this.#greet(), this.#read(), this.#keepTime(), this.#feed(feed)];
    try {
      return await Promise.race(loops);
    } finally {
      this.#over.abort();
      this.#link.close();
      await Promise.allSettled(loops);
      this.summary.unanswered = this.#ledger.outstanding;
    }
  }

  /** Waits until a request can be sent at once: the broker is there, and not too many are outstanding. */
  async room(): Promise<void> {
    while (!this.#hasRoom) await this.#change();
  }

  get #hasRoom(): boolean {
    return this.#link.isConnected && this.#ledger.outstanding < this.settings.maxOutstanding;
  }

  async #change(): Promise<void> {
    await once(this.#changes, "change", { signal: this.#signal });
  }

  /** Waits for room, makes a task of the data, and sends it to a worker of the service. */
  async request(service: string, data: Payload): Promise<void> {
    await this.room();
    const { clock, report } = this.settings;
    const now = clock();
    const task = createTaskMessage(data, now);
    encodeMessage(task, this.settings); // throws before anything is outstanding
    this.#endIdleness();
    this.#post(this.#ledger.add(task, service, now));
    this.summary.tasksSent++;
    report({ type: "task-sent", taskId: task.task_id, data });
  }

  async #feed(feed: (signal: AbortSignal) => Promise<void>): Promise<Outcome> {
    const { startTimeoutMs, brokerAddr } = this.settings;
    await within(
      startTimeoutMs,
      this.#signal,
      (patience) => this.#link.connected(patience),
      () =>
        `Waited ${startTimeoutMs} ms in vain for the broker at ${brokerAddr}. Is it running, and is that its address?`,
    );
    await feed(this.#signal);
    while (this.#ledger.outstanding > 0) await this.#change();
    return "complete";
  }

  async #read(): Promise<Outcome> {
    for await (const frames of this.#link.messages()) {
      this.#pirate.hear(this.settings.clock());
      this.#tally.take(frames);
      this.#changes.emit("change");
    }
    return "stopped";
  }

  /** A broker that shakes hands again may be a new one that knows nothing. */
  async #greet(): Promise<Outcome> {
    for await (const reason of this.#link.handshakes(this.#signal)) {
      this.settings.report({ type: "connected", to: "broker" });
      this.#resend(reason);
      this.#changes.emit("change");
    }
    return "stopped";
  }

  #resend(reason: HandshakeReason): void {
    const requests = this.#ledger.listUnanswered();
    if (requests.length === 0) return;
    requests.forEach((request) => this.#post(request));
    this.#pirate.expect(this.settings.clock());
    this.summary.resent += requests.length;
    this.settings.report({ type: "tasks-resent", tasks: requests.length, reason });
  }

  /** What time alone brings: answers that are overdue, retries, questions, a new line, and a broker that is lost. */
  async #keepTime(): Promise<Outcome> {
    const { brokerAddr, peerTimeoutMs, clock } = this.settings;
    for (;;) {
      await delay(TICK_MS, undefined, { signal: this.#signal });
      // What has arrived by `now` is read before it is missed, even if this process was held up.
      const now = clock();
      await setImmediate(undefined, { signal: this.#signal });
      if (this.#link.lostForMs > peerTimeoutMs)
        return this.#giveUp(`the broker at ${brokerAddr} has been gone for ${peerTimeoutMs} ms`);
      this.#missWhatIsOverdue(now);
      this.#retryWhatIsDue(now);
      // On a line that is down, silence says nothing: how long it may be down is peerTimeoutMs.
      if (this.#ledger.unanswered === 0 || this.#link.lostForMs > 0) continue;
      const silentMs = this.#pirate.silentMs(now);
      const move = this.#pirate.move(now);
      if (move === "give up") return this.#giveUp(`no answer from the broker at ${brokerAddr}`);
      if (move === "reconnect") this.#reconnect(Math.round(silentMs));
      if (move === "ask") this.#ask();
    }
  }

  #missWhatIsOverdue(now: number): void {
    const overdue = this.#ledger.listOverdue(now);
    if (overdue.length === 0) return;
    const reason = `no answer within ${this.settings.taskTimeoutMs} ms`;
    overdue.forEach((request) => this.#tally.miss(request, reason));
    this.#changes.emit("change");
  }

  #retryWhatIsDue(now: number): void {
    if (!this.#link.isConnected) return;
    this.#endIdleness();
    for (const request of this.#ledger.takeDue(now)) {
      this.#post(request);
      this.summary.retried++;
    }
  }

  /** What is unanswered goes out again when the broker shakes hands on the new line. */
  #reconnect(silentMs: number): void {
    this.settings.report({ type: "broker-silent", silentMs, reconnectMs: 0 });
    this.#link.open();
  }

  /** While all workers are busy a broker that lives is as silent as a dead one, so it is asked (rfc.zeromq.org/spec/8). */
  #ask(): void {
    const { dialect } = this.settings;
    if (dialect === "0.2-delimited" || !this.#link.isConnected) return;
    const [{ service }] = this.#ledger.listUnanswered() as [Request];
    this.#send(MMI_SERVICE, [Buffer.from(service)]);
  }

  #giveUp(reason: string): Outcome {
    const letters = this.#ledger.giveUp(reason, this.settings.clock());
    letters.forEach((letter) => this.#tally.bury(letter));
    return "broker-lost";
  }

  /** While nothing is unanswered, silence means nothing. */
  #endIdleness(): void {
    if (this.#ledger.unanswered === 0) this.#pirate.expect(this.settings.clock());
  }

  #post({ task, service }: Request): void {
    this.#send(service, encodeMessage(task, this.settings));
  }

  #send(service: string, body: Buffer[]): void {
    const { dialect } = this.settings;
    this.#link.post(encodeClientCommand(dialect, { type: "request", service, body }));
  }
}
