/** Which requests are on their way, and what an answer does to them. Pure: no sockets, no clock. */
import { BROKER, readRefusal, type Attempt, type DeadLetter } from "../../../messages/dead-letter";
import {
  isFailedResult,
  readRetryHints,
  type FailedResult,
  type ResultMessage,
} from "../../../messages/result-message";
import type { TaskMessage } from "../../../messages/task-message";
import { explainEnd, retryInMs, type RetryPolicy } from "./retry-policy";

/** A task that has not ended. */
export interface Request {
  readonly task: TaskMessage;
  readonly service: string;
  /** When this try was sent, in milliseconds since 1970; sending it again to a broker that came back changes nothing. */
  sentAt: number;
  /** What has been tried in vain, in order of time. */
  attempts: Attempt[];
  /** Tries that failed. */
  failures: number;
}

/** What a failed try did. */
export type Failure =
  | { type: "retry"; attempt: Attempt; inMs: number }
  | { type: "dead-letter"; deadLetter: DeadLetter };

/** What an answer did. */
export type Settlement = { type: "result" } | { type: "duplicate" } | Failure;

/**
 * Keeps every request until it has ended. MDP has no correlation id, so an answer finds its request by
 * the task_id in the body; that is also what makes a second answer harmless.
 */
export class RequestLedger {
  readonly #sent = new Map<string, Request>();
  readonly #waiting = new Map<string, { request: Request; dueAt: number }>();

  constructor(private readonly policy: Required<RetryPolicy>) {}

  /** Requests that have not ended: sent and unanswered, or waiting for their next try. */
  get outstanding(): number {
    return this.#sent.size + this.#waiting.size;
  }

  /** Requests that are sent and unanswered. */
  get unanswered(): number {
    return this.#sent.size;
  }

  /** Those themselves, in the order in which they were sent: what a broker that forgot everything needs again. */
  listUnanswered(): Request[] {
    return [...this.#sent.values()];
  }

  /** Tells whether a task has not ended. */
  has(taskId: string): boolean {
    return this.#sent.has(taskId) || this.#waiting.has(taskId);
  }

  /** Enters a request that is being sent at `now`, in milliseconds since 1970. */
  add(task: TaskMessage, service: string, now: number): Request {
    const request = { task, service, sentAt: now, attempts: [], failures: 0 };
    this.#sent.set(task.task_id, request);
    return request;
  }

  /** Takes a final answer that came at `now`, in milliseconds since 1970. */
  settle(result: ResultMessage, now: number): Settlement {
    const { task_id: taskId, worker_id: worker, result_data: data } = result;
    const request = this.#sent.get(taskId) ?? this.#waiting.get(taskId)?.request;
    if (!request) return { type: "duplicate" };
    const refusal = readRefusal(result);
    if (refusal && refusal.name !== "Overloaded")
      return this.#bury(request, refusal, refusal.attempts);
    if (!isFailedResult(data)) {
      this.#end(taskId);
      return { type: "result" };
    }
    // The failure of a copy that was sent again: the one that came first has already decided.
    if (this.#waiting.has(taskId)) return { type: "duplicate" };
    const error = readError(data);
    const reason = `${error.name}: ${error.message}`;
    const attempt = { at: now, worker, reason, started: worker !== BROKER };
    remember(request, [...(refusal?.attempts ?? []), attempt]);
    return this.#fail(request, error, attempt);
  }

  /** Ends a task that nobody wants any more; tells whether it had not ended yet. */
  drop(taskId: string): boolean {
    const isOutstanding = this.has(taskId);
    this.#end(taskId);
    return isOutstanding;
  }

  /** Gives the requests whose try has been unanswered for too long at `now`. */
  listOverdue(now: number): Request[] {
    return this.listUnanswered().filter(({ sentAt }) => now - sentAt >= this.policy.taskTimeoutMs);
  }

  /** Ends the try of an unanswered request, of which only the client knows at `now` that it has failed. */
  miss(request: Request, reason: string, now: number): Failure {
    const attempt = { at: now, worker: "unknown", reason, started: false };
    remember(request, [attempt]);
    return this.#fail(request, { name: "NoAnswer", message: reason }, attempt);
  }

  #fail(request: Request, error: FailedResult["error"], attempt: Attempt): Failure {
    const inMs = retryInMs(this.policy, ++request.failures, error);
    if (inMs === undefined) return this.#bury(request, explainEnd(this.policy, error));
    this.#end(request.task.task_id);
    this.#waiting.set(request.task.task_id, { request, dueAt: attempt.at + inMs });
    return { type: "retry", attempt, inMs };
  }

  #bury(request: Request, error: FailedResult["error"], attempts: Attempt[] = []): Failure {
    this.#end(request.task.task_id);
    remember(request, attempts);
    return { type: "dead-letter", deadLetter: deadLetter(request, error) };
  }

  #end(taskId: string): void {
    this.#sent.delete(taskId);
    this.#waiting.delete(taskId);
  }

  /** Gives the requests whose next try is due at `now`; from then on they are sent. */
  takeDue(now: number): Request[] {
    const due = [...this.#waiting.values()].filter(({ dueAt }) => dueAt <= now);
    for (const { request } of due) {
      this.#waiting.delete(request.task.task_id);
      this.#sent.set(request.task.task_id, request);
      request.sentAt = now;
    }
    return due.map(({ request }) => request);
  }

  /** Ends every request as a dead letter, as the broker is lost at `now`: a failed try of those that are sent. */
  giveUp(reason: string, now: number): DeadLetter[] {
    const waiting = [...this.#waiting.values()].map(({ request }) => request);
    const requests = [...this.#sent.values(), ...waiting];
    const attempt = { at: now, worker: BROKER, reason, started: false };
    for (const request of this.#sent.values()) remember(request, [attempt]);
    this.#sent.clear();
    this.#waiting.clear();
    const error = { name: "BrokerLost", message: reason };
    return requests.map((request) => deadLetter(request, error));
  }
}

function deadLetter({ task, attempts }: Request, { name, message }: FailedResult["error"]) {
  return { task, error: { name, message }, attempts };
}

/** The broker's clock is another one than ours, so what it tells may belong before what is known. */
function remember(request: Request, attempts: Attempt[]): void {
  request.attempts = [...request.attempts, ...attempts].sort((a, b) => a.at - b.at);
}

/** A worker of another make may give an error without a name. */
function readError({ error }: FailedResult): FailedResult["error"] {
  const { name, message } = error as { name?: unknown; message: string };
  const hints = readRetryHints(error);
  return { name: typeof name === "string" ? name : "Error", message, ...hints };
}
