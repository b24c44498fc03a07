/** What a client makes of the broker's messages: the ledger, the summary and the events. No sockets. */
import type { DeadLetter } from "../../../messages/dead-letter";
import type { FrameProblem } from "../../../messages/frame";
import type { ResultMessage } from "../../../messages/result-message";
import type { createReporter } from "../../stamp";
import { readAnswer } from "./answer";
import type { MajordomoClientEvent, MajordomoClientSummary } from "../events";
import type { RequestLedger } from "./request-ledger";

/** What a tally needs to know. */
export interface TallySettings {
  maxFrameBytes: number;
  clock: () => number;
  report: ReturnType<typeof createReporter<MajordomoClientEvent>>;
}

/** Takes what ends a task, or does not. */
export class ClientTally {
  constructor(
    private readonly settings: TallySettings,
    private readonly ledger: RequestLedger,
    private readonly summary: MajordomoClientSummary,
  ) {}

  /** Takes the frames of a message from the broker. */
  take(frames: Buffer[]): void {
    const answer = readAnswer(frames, this.settings.maxFrameBytes);
    if (!answer.ok) this.#reject(answer);
    else if (answer.type === "partial") this.#takePartial(answer.result);
    else if (answer.type === "final") this.#takeFinal(answer.result);
  }

  #reject({ code, reason }: FrameProblem): void {
    this.summary.framesRejected++;
    this.settings.report({ type: "frame-rejected", code, reason });
  }

  #takePartial({ task_id: taskId, worker_id: workerId, result_data: part }: ResultMessage): void {
    if (!this.ledger.has(taskId)) return this.#ignore(taskId, workerId);
    this.settings.report({ type: "partial-received", taskId, workerId, part });
  }

  #takeFinal(result: ResultMessage): void {
    const { task_id: taskId, worker_id: workerId, result_data: data } = result;
    const { clock, report } = this.settings;
    const settlement = this.ledger.settle(result, clock());
    switch (settlement.type) {
      case "duplicate":
        return this.#ignore(taskId, workerId);
      case "dead-letter":
        return this.bury(settlement.deadLetter);
      case "retry": {
        const { attempt, inMs } = settlement;
        return report({ type: "task-retried", taskId, attempt, inMs });
      }
      case "result": {
        const { results, byWorker } = this.summary;
        results.push(result);
        byWorker[workerId] = (byWorker[workerId] ?? 0) + 1;
        report({ type: "result-received", taskId, workerId, result: data, failed: false });
      }
    }
  }

  #ignore(taskId: string, workerId: string): void {
    this.summary.duplicates++;
    this.settings.report({ type: "duplicate-received", taskId, workerId });
  }

  /** Takes a task that ended without a result. */
  bury(deadLetter: DeadLetter): void {
    this.summary.deadLetters.push(deadLetter);
    this.settings.report({ type: "dead-letter", taskId: deadLetter.task.task_id, deadLetter });
  }
}
