/** What a client makes of the broker's messages: the ledger, the summary and the events. No sockets. */
import type { DeadLetter } from "../../../messages/dead-letter";
import type { Wire } from "../../../messages/frame";
import type { ResultMessage } from "../../../messages/result-message";
import type { createReporter } from "../../stamp";
import { readAnswer, type Unusable } from "./answer";
import type { Askers } from "./askers";
import type { MajordomoClientEvent, MajordomoClientSummary } from "../events";
import type { Failure, Request, RequestLedger } from "./request-ledger";

/** What a tally needs to know. */
export interface TallySettings extends Wire {
  clock: () => number;
  report: ReturnType<typeof createReporter<MajordomoClientEvent>>;
}

/** Takes what ends a task, or does not. */
export class ClientTally {
  constructor(
    private readonly settings: TallySettings,
    private readonly ledger: RequestLedger,
    private readonly askers: Askers,
    private readonly summary: MajordomoClientSummary,
  ) {}

  /** Takes the frames of a message from the broker. */
  take(frames: Buffer[]): void {
    const answer = readAnswer(frames, this.settings);
    if (!answer.ok) this.#reject(answer);
    else if (answer.type === "partial") this.#takePartial(answer.result);
    else if (answer.type === "final") this.#takeFinal(answer.result);
  }

  /** MDP has no correlation id: whose answer it was is clear only when it can be read, or no more than one is due. */
  #reject({ code, reason, isFinal, taskId }: Unusable): void {
    this.summary.framesRejected++;
    this.settings.report({ type: "frame-rejected", code, reason });
    if (!isFinal) return;
    const isMeant = ({ task }: Request) => task.task_id === taskId || this.ledger.outstanding === 1;
    for (const request of this.ledger.listUnanswered().filter(isMeant))
      this.miss(request, `no usable answer: ${reason}`);
  }

  /** Takes it that there will be no answer to a try. */
  miss(request: Request, reason: string): void {
    const failure = this.ledger.miss(request, reason, this.settings.clock());
    this.#takeFailure(request.task.task_id, failure);
  }

  #takePartial({ task_id: taskId, worker_id: workerId, result_data: part }: ResultMessage): void {
    if (!this.ledger.has(taskId)) return this.#ignore(taskId, workerId);
    this.settings.report({ type: "partial-received", taskId, workerId, part });
    this.askers.part(taskId, part, workerId);
  }

  #takeFinal(result: ResultMessage): void {
    const { task_id: taskId, worker_id: workerId, result_data: data } = result;
    const settlement = this.ledger.settle(result, this.settings.clock());
    if (settlement.type === "duplicate") return this.#ignore(taskId, workerId);
    if (settlement.type !== "result") return this.#takeFailure(taskId, settlement);
    const { results, byWorker } = this.summary;
    results.push(result);
    byWorker[workerId] = (byWorker[workerId] ?? 0) + 1;
    this.settings.report({
      type: "result-received",
      taskId,
      workerId,
      result: data,
      failed: false,
    });
    this.askers.resolve(result);
  }

  #takeFailure(taskId: string, failure: Failure): void {
    if (failure.type === "dead-letter") return this.bury(failure.deadLetter);
    const { attempt, inMs } = failure;
    this.settings.report({ type: "task-retried", taskId, attempt, inMs });
  }

  #ignore(taskId: string, workerId: string): void {
    this.summary.duplicates++;
    this.settings.report({ type: "duplicate-received", taskId, workerId });
  }

  /** Takes a task that ended without a result. */
  bury(deadLetter: DeadLetter): void {
    this.summary.deadLetters.push(deadLetter);
    this.settings.report({ type: "dead-letter", taskId: deadLetter.task.task_id, deadLetter });
    this.askers.bury(deadLetter);
  }
}
