/** Keeps requests going over one line to the broker until each of them has ended, once. */
import { EventEmitter, once, setMaxListeners } from "node:events";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { encodeMessage } from "../../../messages/frame";
import type { Payload } from "../../../messages/payload";
import type { Dialect } from "../../../messages/majordomo";
import type { FailedResult, ResultMessage } from "../../../messages/result-message";
import { createTaskMessage, type TaskMessage } from "../../../messages/task-message";
import { unlessAborted, within } from "../../../transport/patience";
import { STOPPED_LINGER_MS, type Open } from "../../../transport/sockets";
import type { Outcome } from "../../events";
import type { AgentSettings } from "../../options";
import { Lane } from "../worker/lane";
import type { AskOptions } from "./ask";
import { Askers } from "./askers";
import { BrokerLink, type HandshakeReason } from "./broker-link";
import { ClientTally, type TallySettings } from "./client-tally";
import type { MajordomoClientSummary } from "../events";
import { LazyPirate, type PirateSettings } from "./lazy-pirate";
import { RequestLedger } from "./request-ledger";
import { RequestLine } from "./request-line";
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
  readonly #askers = new Askers();
  readonly #link: BrokerLink;
  readonly #line: RequestLine;
  /** Where tasks wait for room, in order. */
  readonly #entrance = new Lane();
  readonly #pirate: LazyPirate;
  readonly #changes = new EventEmitter();
  /** Ends every wait: the run is over, or its signal said stop. */
  readonly #over = new AbortController();
  /** Aborts when there is no more use in going on. */
  readonly signal: AbortSignal;
  /** Why the broker is given up, once it is. */
  lost?: FailedResult["error"];

  constructor(
    private readonly settings: RequesterSettings,
    private readonly summary: MajordomoClientSummary,
    open: Open,
  ) {
    const { signal } = settings;
    this.#ledger = new RequestLedger(settings);
    this.#tally = new ClientTally(settings, this.#ledger, this.#askers, summary);
    this.#link = new BrokerLink(settings, open);
    this.#line = new RequestLine(settings, this.#link);
    this.#pirate = new LazyPirate(settings);
    this.signal = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal;
    setMaxListeners(0, this.signal); // many may wait
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
    } catch (error) {
      if (!this.settings.signal?.aborted) throw error;
      return "stopped";
    } finally {
      this.#over.abort();
      await this.#takeLeave();
      await Promise.allSettled(loops);
      this.summary.unanswered = this.#ledger.outstanding;
    }
  }

  /** What nobody waits for any more shall not be worked on: a client that goes says so, if it can at once. */
  async #takeLeave(): Promise<void> {
    const unanswered = this.#ledger.listUnanswered();
    if (unanswered.length === 0 || !this.#link.isConnected) return this.#link.close();
    unanswered.forEach(({ task }) => this.#line.cancel(task.task_id));
    await this.#link.closeWithin(STOPPED_LINGER_MS);
  }

  get now(): number {
    return this.settings.clock();
  }

  /** Waits until a request can be sent at once: the broker is there, and not too many are outstanding. */
  async room(signal = this.signal): Promise<void> {
    while (!this.#hasRoom) await this.#change(signal);
  }

  get #hasRoom(): boolean {
    return this.#link.isConnected && this.#ledger.outstanding < this.settings.maxOutstanding;
  }

  async #change(signal = this.signal): Promise<void> {
    await once(this.#changes, "change", { signal });
  }

  /** Waits for room, makes a task of the data, and sends it to a worker of the service. */
  async request(service: string, data: Payload): Promise<void> {
    await this.room();
    this.#enter(createTaskMessage(data, this.now), service);
  }

  /** Waits for its turn and for room, unless `signal` aborts, and sends a task whose result somebody wants. */
  async askFor(
    task: TaskMessage,
    service: string,
    signal: AbortSignal,
    onPart?: AskOptions["onPart"],
  ): Promise<{ result: Promise<ResultMessage> }> {
    let answer: { result: Promise<ResultMessage> } | undefined;
    const turn = this.#entrance.enter(signal, async () => {
      await this.room(signal);
      signal.throwIfAborted(); // it may have, since there was room
      this.#enter(task, service);
      answer = { result: this.#askers.promise(task.task_id, onPart) };
    });
    await unlessAborted(turn, signal);
    return answer!;
  }

  #enter(task: TaskMessage, service: string): void {
    encodeMessage(task, this.settings); // throws before anything is outstanding
    this.#endIdleness();
    this.#line.send(this.#ledger.add(task, service, this.now));
    this.summary.tasksSent++;
    this.settings.report({ type: "task-sent", taskId: task.task_id, data: task.data });
  }

  /** Takes a task back that nobody wants any more, because of `reason`; one that has ended stays as it is. */
  drop({ task_id: taskId }: TaskMessage, reason: unknown): void {
    this.#askers.forget(taskId);
    // A run that is over takes leave of all its tasks at once.
    if (this.signal.aborted || !this.#ledger.drop(taskId)) return;
    this.#line.cancel(taskId);
    this.summary.cancelled++;
    const text = reason instanceof Error ? reason.message : String(reason);
    this.settings.report({ type: "task-cancelled", taskId, reason: text });
    this.#changes.emit("change");
  }

  async #feed(feed: (signal: AbortSignal) => Promise<void>): Promise<Outcome> {
    const { startTimeoutMs, brokerAddr } = this.settings;
    await within(
      startTimeoutMs,
      this.signal,
      (patience) => this.#link.connected(patience),
      () =>
        `Waited ${startTimeoutMs} ms in vain for the broker at ${brokerAddr}. Is it running, and is that its address?`,
    );
    await feed(this.signal);
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
    for await (const reason of this.#link.handshakes(this.signal)) {
      this.settings.report({ type: "connected", to: "broker" });
      this.#resend(reason);
      this.#changes.emit("change");
    }
    return "stopped";
  }

  #resend(reason: HandshakeReason): void {
    const requests = this.#ledger.listUnanswered();
    if (requests.length === 0) return;
    requests.forEach((request) => this.#line.send(request));
    this.#pirate.expect(this.settings.clock());
    this.summary.resent += requests.length;
    this.settings.report({ type: "tasks-resent", tasks: requests.length, reason });
  }

  /** What time alone brings: answers that are overdue, retries, questions, a new line, and a broker that is lost. */
  async #keepTime(): Promise<Outcome> {
    const { brokerAddr, peerTimeoutMs, clock } = this.settings;
    for (;;) {
      await delay(TICK_MS, undefined, { signal: this.signal });
      // What has arrived by `now` is read before it is missed, even if this process was held up.
      const now = clock();
      await setImmediate(undefined, { signal: this.signal });
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
      if (move === "ask") this.#line.ask(this.#ledger.listUnanswered()[0]!.service);
    }
  }

  #missWhatIsOverdue(now: number): void {
    const overdue = this.#ledger.listOverdue(now);
    if (overdue.length === 0) return;
    const reason = `no answer within ${this.settings.taskTimeoutMs} ms`;
    for (const request of overdue) {
      this.#line.cancel(request.task.task_id); // whoever works on it is not to be waited for
      this.#tally.miss(request, reason);
    }
    this.#changes.emit("change");
  }

  #retryWhatIsDue(now: number): void {
    if (!this.#link.isConnected) return;
    this.#endIdleness();
    for (const request of this.#ledger.takeDue(now)) {
      this.#line.send(request);
      this.summary.retried++;
    }
  }

  /** What is unanswered goes out again when the broker shakes hands on the new line. */
  #reconnect(silentMs: number): void {
    this.settings.report({ type: "broker-silent", silentMs, reconnectMs: 0 });
    this.#link.open();
  }

  #giveUp(reason: string): Outcome {
    this.lost = { name: "BrokerLost", message: reason };
    const letters = this.#ledger.giveUp(reason, this.settings.clock());
    letters.forEach((letter) => this.#tally.bury(letter));
    return "broker-lost";
  }

  /** While nothing is unanswered, silence means nothing. */
  #endIdleness(): void {
    if (this.#ledger.unanswered === 0) this.#pirate.expect(this.settings.clock());
  }
}
