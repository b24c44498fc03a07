/** The history of a dead letter as a table. */
import type { DeadLetter } from "../../messages/dead-letter";
import { agentOf } from "../pictures/recording";
import { showTable } from "./table";

/** A row of it. */
export interface HistoryRow {
  /** How long after the task was made. */
  after: string;
  worker: string;
  "had begun": string;
  "what happened": string;
}

/** Shows who has tried a task, and what came of it. */
export function showHistory(deadLetter: DeadLetter): void {
  showTable(historyOf(deadLetter));
}

/** A row for each try. A broker calls a worker by the name of its connection; the client knows its worker_id. */
export function historyOf({ task, attempts }: DeadLetter): HistoryRow[] {
  return attempts.map(({ at, worker, started, reason }) => ({
    after: `${(at / 1000 - task.timestamp).toFixed(2)} s`,
    worker: /^\d+$/.test(worker) ? `Worker-${worker}` : agentOf(worker),
    "had begun": started ? "yes" : "no",
    "what happened": reason,
  }));
}
