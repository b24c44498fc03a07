/**
 * What becomes of each request: it waits, is handed out, comes back, is answered or given up. Every one
 * ends exactly once. Pure: no sockets, no clock.
 */
import { createRefusal, type Attempt, type RefusalName } from "../../messages/dead-letter";
import { encodeFrame, parseTaskFrame } from "../../messages/frame";
import type { Unstamped } from "../stamp";
import type { MajordomoBrokerEvent } from "./events";
import { RequestQueue, type Request } from "./request-queue";

/** How much a broker puts up with before it gives a request up. */
export interface RequestPolicy {
  /** Workers that a request may cost: each was lost after it had begun with it. */
  maxAttempts: number;
  /** Workers to which a request is handed at the most, begun or not. */
  maxDeliveries: number;
  /** How long a request waits for a service that has no worker, in milliseconds. */
  serviceTimeoutMs: number;
  /** Requests that may be unanswered at the same time. */
  maxRequests: number;
}

/** Where the desk's words go. */
export interface DeskOutside {
  /** Sends a client the answer to its request. */
  answer(request: Request, type: "partial" | "final", body: Buffer[]): void;
  report(event: Unstamped<MajordomoBrokerEvent>): void;
}

/** The requests of all services. */
export class RequestDesk {
  readonly #services = new Map<string, { queue: RequestQueue; servedAt: number }>();
  readonly counters = { requests: 0, answered: 0, redelivered: 0, deadLetters: 0, refused: 0 };

  constructor(
    private readonly policy: RequestPolicy,
    private readonly outside: DeskOutside,
  ) {}

  /** Requests that wait or are being worked on. */
  get unanswered(): number {
    const { requests, answered, deadLetters, refused } = this.counters;
    return requests - answered - deadLetters - refused;
  }

  /** Takes in a new request, or refuses it when there are too many already. */
  receive(arrival: Omit<Request, "number" | "attempts" | "charges">): void {
    const isFull = this.unanswered >= this.policy.maxRequests;
    const request = { ...arrival, number: ++this.counters.requests, attempts: [], charges: 0 };
    const { number, clientName: client, service, receivedAt } = request;
    this.outside.report({ type: "request-received", request: number, client, service });
    if (isFull)
      this.#refuse(request, "Overloaded", `${this.policy.maxRequests} wait already`, receivedAt);
    else this.#entry(service, receivedAt).queue.add(request);
  }

  /** Takes out the next request for a worker of this service. */
  take(service: string): Request | undefined {
    return this.#services.get(service)?.queue.take();
  }

  /** A worker's answer goes on to the client. */
  finish(request: Request, body: Buffer[]): void {
    this.#services.get(request.service)?.queue.isOver(request);
    this.counters.answered++;
    this.outside.answer(request, "final", body);
  }

  /** Takes a request back whose worker was lost, or gives it up when it has cost too many. */
  putBack(request: Request, attempt: Attempt, isCharged: boolean): void {
    const { maxAttempts, maxDeliveries } = this.policy;
    const { number, service, attempts } = request;
    const { queue } = this.#entry(service, attempt.at);
    queue.isOver(request);
    attempts.push(attempt);
    if (isCharged) request.charges++;
    if (request.charges >= maxAttempts || attempts.length >= maxDeliveries) {
      const reason = `${attempts.length} workers were lost over it, the last because ${attempt.reason}`;
      return this.#refuse(request, "DeadLetter", reason, attempt.at);
    }
    this.counters.redelivered++;
    queue.putBack(request, request.charges > 0 && request.charges === maxAttempts - 1);
    const count = attempts.length;
    this.outside.report({
      type: "request-redelivered",
      request: number,
      service,
      attempt,
      attempts: count,
    });
  }

  /** Refuses what has waited too long for a service that has had no worker for as long. */
  expire(now: number, isServed: (service: string) => boolean): void {
    const { serviceTimeoutMs } = this.policy;
    for (const [service, entry] of this.#services) {
      if (isServed(service)) entry.servedAt = now;
      if (now - entry.servedAt <= serviceTimeoutMs) continue;
      for (const request of entry.queue.takeOlderThan(now - serviceTimeoutMs)) {
        const reason = `no worker offered "${service}" for ${serviceTimeoutMs} ms`;
        this.#refuse(request, "ServiceUnavailable", reason, now);
      }
      if (entry.queue.size === 0) this.#services.delete(service);
    }
  }

  /** Forgets the waiting requests of a client that is gone; tells how many there were. */
  forget(client: Buffer): number {
    const forgotten = [...this.#services.values()].flatMap(({ queue }) => queue.takeOf(client));
    this.counters.refused += forgotten.length;
    return forgotten.length;
  }

  /** Answers in place of a worker: with a failed result, so that the client knows what became of its task. */
  #refuse(request: Request, name: RefusalName, reason: string, now: number): void {
    const { number, service, body, attempts } = request;
    this.counters[name === "DeadLetter" ? "deadLetters" : "refused"]++;
    this.outside.report({ type: "request-given-up", request: number, service, name, reason });
    const refusal = createRefusal(taskIdOf(body), { name, message: reason, attempts }, now);
    this.outside.answer(request, "final", [encodeFrame(refusal)]);
  }

  #entry(service: string, now: number): { queue: RequestQueue; servedAt: number } {
    const entry = this.#services.get(service) ?? { queue: new RequestQueue(), servedAt: now };
    this.#services.set(service, entry);
    return entry;
  }
}

/** A broker does not look into bodies, but for the answer that it gives itself. */
function taskIdOf([frame]: Buffer[]): string {
  const parsed = frame && parseTaskFrame(frame);
  return parsed?.ok ? parsed.message.task_id : "unknown";
}
