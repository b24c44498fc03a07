/** Counts what comes in, and knows what is still missing. Pure: no socket, no clock. */
import { isPartialResult } from "../messages/partial-result";
import {
  isFailedResult,
  isWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../messages/result-message";
import type { ResultCollectorSummary } from "./events";

/** What a message was. */
type Kind = "result" | "duplicate" | "part" | "late-part" | "worker-done";

/** The collector's book of results and workers. */
export class ResultTally {
  readonly #results = new Map<string, ResultMessage>();
  readonly #workersDone: string[] = [];
  readonly #workersSeen: Set<string>;
  #duplicates = 0;
  #parts = 0;

  /** `workerIds` are the names known beforehand; other workers get known by their first result. */
  constructor(
    private readonly tasks: number,
    private readonly workers: number,
    workerIds: readonly string[] = [],
  ) {
    this.#workersSeen = new Set(workerIds);
  }

  /** Notes a message and tells what it was. A second result for a task_id does not count, nor a part after it. */
  add(message: ResultMessage | WorkerDoneMessage): Kind {
    this.#workersSeen.add(message.worker_id);
    if (isWorkerDoneMessage(message)) {
      this.#workersDone.push(message.worker_id);
      return "worker-done";
    }
    if (isPartialResult(message)) {
      if (this.#results.has(message.result_data.task_id)) return "late-part";
      this.#parts++;
      return "part";
    }
    if (this.#results.has(message.task_id)) {
      this.#duplicates++;
      return "duplicate";
    }
    this.#results.set(message.task_id, message);
    return "result";
  }

  /** Tells whether every task has its result and every worker has taken its leave. */
  get isComplete(): boolean {
    return this.#results.size >= this.tasks && this.#workersDone.length >= this.workers;
  }

  /** Draws the line. */
  summary(): Omit<ResultCollectorSummary, "outcome" | "framesRejected" | "durationMs"> {
    const results = [...this.#results.values()];
    const byWorker = new Map<string, number>();
    for (const { worker_id: worker } of results)
      byWorker.set(worker, (byWorker.get(worker) ?? 0) + 1);
    return {
      results,
      missing: Math.max(0, this.tasks - results.length),
      failed: results.filter(({ result_data: data }) => isFailedResult(data)).length,
      byWorker: Object.fromEntries(byWorker),
      workersDone: [...this.#workersDone],
      workersNotDone: this.#notDone(),
      duplicates: this.#duplicates,
      parts: this.#parts,
    };
  }

  #notDone(): string[] {
    const named = [...this.#workersSeen].filter((worker) => !this.#workersDone.includes(worker));
    const unnamed = this.workers - this.#workersDone.length - named.length;
    return [...named, ...Array<string>(Math.max(0, unnamed)).fill("(never heard of)")];
  }
}
