/** Keeps requests going over one line to the broker until each of them has ended, once. */
import { EventEmitter, once } from "node:events";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import type { DeadLetter } from "../../messages/dead-letter";
import { encodeFrame, type FrameProblem } from "../../messages/frame";
import type { JsonValue } from "../../messages/json-value";
import { encodeClientCommand, type Dialect } from "../../messages/majordomo";
import type { ResultMessage } from "../../messages/result-message";
import { createTaskMessage } from "../../messages/task-message";
import { within } from "../../transport/patience";
import type { Open } from "../../transport/sockets";
import type { Outcome } from "../events";
import type { AgentSettings } from "../options";
import type { createReporter } from "../stamp";
import { MMI_SERVICE, readAnswer } from "./answer";
import { BrokerLink, type HandshakeReason } from "./broker-link";
import type { MajordomoClientEvent, MajordomoClientSummary } from "./events";
import { RequestLedger, type Request } from "./request-ledger";
import type { RetryPolicy } from "./retry-policy";

/** What a requester needs to know. */
export interface RequesterSettings extends AgentSettings, Required<RetryPolicy> {
  brokerAddr: string;
  maxOutstanding: number;
  replyTimeoutMs: number;
  retries: number;
  heartbeatMs: number;
  dialect: Dialect;
  report: ReturnType<typeof createReporter<MajordomoClientEvent>>;
}

/** How often it looks at the time, in milliseconds: so much later than promised a try may be. */
const TICK_MS = 20;

/** One for one run; it writes into the summary of that run. */
export class Requester {
  readonly #ledger: RequestLedger;
  readonly #link: BrokerLink;
  readonly #changes = new EventEmitter();
  /** Ends every wait: the run is over, or its signal said stop. */
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  /** Since when an answer might have come. */
  #quietSince = 0;
  #askedAt = -Infinity;
  #silentTries = 0;

  constructor(
    private readonly settings: RequesterSettings,
    private readonly summary: MajordomoClientSummary,
    open: Open,
  ) {
    const { signal } = settings;
    this.#ledger = new RequestLedger(settings);
    this.#link = new BrokerLink(settings, open);
    this.#signal = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal;
  }

  /**
   * Finds the broker, runs `feed`, and waits until all it has requested has ended.
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

  /** Waits until a request may be made: the broker is there, and not too many are outstanding. */
  async room(): Promise<void> {
    const { maxOutstanding } = this.settings;
    await this.#until(() => this.#link.isConnected && this.#ledger.outstanding < maxOutstanding);
  }

  /** Makes a task of the data and sends it to a worker of the service. */
  request(service: string, data: JsonValue): void {
    const { clock, maxFrameBytes, report } = this.settings;
    const task = createTaskMessage(data, clock());
    encodeFrame(task, maxFrameBytes); // throws, before anything is outstanding
    this.#endIdleness();
    this.#post(this.#ledger.add(task, service));
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
    await this.#until(() => this.#ledger.outstanding === 0);
    return "complete";
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.#changes, "change", { signal: this.#signal });
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
    this.#quietSince = this.settings.clock();
    this.summary.resent += requests.length;
    this.settings.report({ type: "tasks-resent", tasks: requests.length, reason });
  }

  async #read(): Promise<Outcome> {
    for await (const frames of this.#link.messages()) {
      this.#quietSince = this.settings.clock();
      this.#silentTries = 0;
      const answer = readAnswer(frames, this.settings.maxFrameBytes);
      if (!answer.ok) this.#reject(answer);
      else if (answer.type === "partial") this.#takePartial(answer.result);
      else if (answer.type === "final") this.#takeFinal(answer.result);
      this.#changes.emit("change");
    }
    return "stopped";
  }

  #reject({ code, reason }: FrameProblem): void {
    this.summary.framesRejected++;
    this.settings.report({ type: "frame-rejected", code, reason });
  }

  #takePartial({ task_id: taskId, worker_id: workerId, result_data: part }: ResultMessage): void {
    if (!this.#ledger.has(taskId)) return this.#ignore(taskId, workerId);
    this.settings.report({ type: "partial-received", taskId, workerId, part });
  }

  #takeFinal(result: ResultMessage): void {
    const { task_id: taskId, worker_id: workerId, result_data: data } = result;
    const { summary, settings } = this;
    const settlement = this.#ledger.settle(result, settings.clock());
    if (settlement.type === "duplicate") return this.#ignore(taskId, workerId);
    if (settlement.type === "dead-letter") return this.#bury(settlement.deadLetter);
    if (settlement.type === "retry") {
      const { attempt, inMs } = settlement;
      return settings.report({ type: "task-retried", taskId, attempt, inMs });
    }
    summary.results.push(result);
    summary.byWorker[workerId] = (summary.byWorker[workerId] ?? 0) + 1;
    settings.report({ type: "result-received", taskId, workerId, result: data, failed: false });
  }

  #ignore(taskId: string, workerId: string): void {
    this.summary.duplicates++;
    this.settings.report({ type: "duplicate-received", taskId, workerId });
  }

  #bury(deadLetter: DeadLetter): void {
    this.summary.deadLetters.push(deadLetter);
    this.settings.report({ type: "dead-letter", taskId: deadLetter.task.task_id, deadLetter });
  }

  /** What time alone brings: retries that are due, questions, and a broker that is lost. */
  async #keepTime(): Promise<Outcome> {
    const { brokerAddr, peerTimeoutMs, clock } = this.settings;
    for (;;) {
      await delay(TICK_MS, undefined, { signal: this.#signal });
      // After a stretch in which this process was held up, what arrived meanwhile is read first.
      await setImmediate(undefined, { signal: this.#signal });
      if (this.#link.lostForMs > peerTimeoutMs)
        return this.#giveUp(`the broker at ${brokerAddr} has been gone for ${peerTimeoutMs} ms`);
      this.#retryWhatIsDue(clock());
      if (this.#ledger.unanswered === 0) continue;
      const silentMs = clock() - this.#quietSince;
      if (silentMs >= this.settings.replyTimeoutMs) {
        if (++this.#silentTries >= this.settings.retries)
          return this.#giveUp(`no answer from the broker at ${brokerAddr}`);
        this.#reopen(silentMs);
      } else this.#askAfter(silentMs);
    }
  }

  #retryWhatIsDue(now: number): void {
    if (!this.#link.isConnected) return;
    this.#endIdleness();
    for (const request of this.#ledger.takeDue(now)) {
      this.#post(request);
      this.summary.retried++;
    }
  }

  /** The Lazy Pirate: a new socket. What is unanswered goes out again as soon as the broker shakes hands. */
  #reopen(silentMs: number): void {
    this.settings.report({
      type: "broker-silent",
      silentMs: Math.round(silentMs),
      reconnectMs: 0,
    });
    this.#link.open();
    this.#quietSince = this.settings.clock();
  }

  /** Whether a broker lives is not to be seen while all workers are busy, so it is asked (rfc.zeromq.org/spec/8). */
  #askAfter(silentMs: number): void {
    const { heartbeatMs, replyTimeoutMs, dialect, clock } = this.settings;
    const patienceMs = Math.min(heartbeatMs, replyTimeoutMs / 3);
    if (silentMs < patienceMs || clock() - this.#askedAt < patienceMs) return;
    if (dialect === "0.2-delimited" || !this.#link.isConnected) return;
    this.#askedAt = clock();
    const body = [Buffer.from(this.#ledger.listUnanswered()[0]!.service)];
    const command = { type: "request" as const, service: MMI_SERVICE, body };
    this.#link.post(encodeClientCommand(dialect, command));
  }

  #giveUp(message: string): Outcome {
    this.#ledger.giveUp({ name: "BrokerLost", message }).forEach((letter) => this.#bury(letter));
    return "broker-lost";
  }

  /** While nothing is unanswered silence means nothing. */
  #endIdleness(): void {
    if (this.#ledger.unanswered === 0) this.#quietSince = this.settings.clock();
  }

  #post({ task, service }: Request): void {
    const body = [encodeFrame(task, this.settings.maxFrameBytes)];
    const command = { type: "request" as const, service, body };
    this.#link.post(encodeClientCommand(this.settings.dialect, command));
  }
}
