/**
 * What becomes of each request: it waits, is handed out, comes back, is answered or given up. Every one
 * ends exactly once. Pure: no sockets, no clock.
 */
import { createRefusal, type Attempt, type RefusalName } from "../../../messages/dead-letter";
import { encodeMessage, type Wire } from "../../../messages/frame";
import type { Unstamped } from "../../stamp";
import { plural } from "../../words";
import type { MajordomoBrokerEvent } from "../events";
import { taskIdOf } from "../task-id";
import type { Blame } from "./blame";
import { RequestQueue, type Request } from "./request-queue";

/** How much a broker puts up with before it gives a request up. */
export interface RequestPolicy extends Wire {
  /** Workers that a request may cost: each was lost after it had begun with it, as far as that was heard. */
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
  answer(request: Request, body: Buffer[]): void;
  report(event: Unstamped<MajordomoBrokerEvent>): void;
}

/** The requests of all services. */
export class RequestDesk {
  readonly #services = new Map<string, Service>();
  /** What was read of a body once; a request that has ended is forgotten. */
  readonly #taskIds = new WeakMap<Request, string>();
  readonly counters = {
    requests: 0,
    answered: 0,
    redelivered: 0,
    deadLetters: 0,
    refused: 0,
    cancelled: 0,
  };

  constructor(
    private readonly policy: RequestPolicy,
    private readonly outside: DeskOutside,
  ) {}

  /** Requests that wait or are being worked on. */
  get unanswered(): number {
    const { requests, answered, deadLetters, refused, cancelled } = this.counters;
    return requests - answered - deadLetters - refused - cancelled;
  }

  /** Services that are remembered: each has, or had a moment ago, a request or a worker. */
  get services(): number {
    return this.#services.size;
  }

  /** Takes in a new request, or refuses it when it is too large, or there are too many already. */
  receive(arrival: Omit<Request, "number" | "attempts" | "charges">): void {
    const { maxRequests, maxFrameBytes } = this.policy;
    const isFull = this.unanswered >= maxRequests;
    const bytes = arrival.body.reduce((sum, { length }) => sum + length, 0);
    const request = { ...arrival, number: ++this.counters.requests, attempts: [], charges: 0 };
    const { number, clientName: client, service, receivedAt } = request;
    this.outside.report({ type: "request-received", request: number, client, service });
    if (bytes > maxFrameBytes) {
      const reason = `a message of ${bytes} bytes, the limit is ${maxFrameBytes}`;
      this.#refuse(request, "TooLarge", reason, receivedAt);
    } else if (isFull) {
      const reason = `${plural(maxRequests, "request")} without an answer already, which is the limit`;
      this.#refuse(request, "Overloaded", reason, receivedAt);
    } else {
      this.#entry(service, receivedAt).queue.add(request);
    }
  }

  /** Takes out the next request for a worker of this service. */
  take(service: string, mayBeSuspect = true): Request | undefined {
    return this.#services.get(service)?.queue.take(mayBeSuspect);
  }

  /** Tells whether a suspect of this service is out, to be tried alone, or could be. */
  trial(service: string): RequestQueue["trial"] {
    return this.#services.get(service)?.queue.trial ?? "none";
  }

  /** A worker's answer goes on to the client. */
  finish(request: Request, body: Buffer[]): void {
    this.#services.get(request.service)?.queue.finish(request);
    this.counters.answered++;
    this.outside.answer(request, body);
  }

  /** Takes back a request that could not even be sent, or that its worker gave back unbegun: that counts for nothing. */
  takeBack(request: Request, now: number): void {
    const { queue } = this.#entry(request.service, now);
    queue.finish(request);
    queue.putBack(request, this.#isSuspect(request));
  }

  /** Takes a request back whose worker was lost, or gives it up when it has cost too many. */
  putBack(request: Request, attempt: Attempt, blame: Blame): void {
    const { maxAttempts, maxDeliveries } = this.policy;
    const { number, service, attempts } = request;
    const isAlone = this.#services.get(service)?.queue.isOnTrial(request);
    attempts.push(attempt);
    if (blame === "certain" || (blame === "possible" && isAlone)) request.charges++;
    if (request.charges >= maxAttempts || attempts.length >= maxDeliveries) {
      this.#services.get(service)?.queue.finish(request);
      const reason = `${plural(attempts.length, "worker")} lost over it, the last because ${attempt.reason}`;
      return this.#refuse(request, "DeadLetter", reason, attempt.at);
    }
    this.takeBack(request, attempt.at);
    this.counters.redelivered++;
    this.outside.report({
      type: "request-redelivered",
      request: number,
      service,
      attempt,
      attempts: attempts.length,
    });
  }

  /** One more loss may be the end of it: it shall not be condemned for what another has done. */
  #isSuspect({ attempts }: Request): boolean {
    return attempts.length >= Math.max(1, this.policy.maxAttempts - 1);
  }

  /** Hears that the last worker of a service is gone: from now on its requests wait in vain. */
  lostLastWorker(service: string, now: number): void {
    const entry = this.#services.get(service);
    if (entry) entry.unservedSince = now;
  }

  /** Counts the last `ms` milliseconds against nobody. */
  excuse(ms: number, now: number): void {
    for (const entry of this.#services.values())
      entry.unservedSince = Math.min(now, entry.unservedSince + ms);
  }

  /** Refuses what has waited too long for a service that has had no worker for as long. */
  expire(now: number, isServed: (service: string) => boolean): void {
    const { serviceTimeoutMs } = this.policy;
    for (const [service, { queue, unservedSince }] of this.#services) {
      if (isServed(service)) continue;
      if (now - unservedSince > serviceTimeoutMs) {
        const reason = `no worker offered "${service}" for ${serviceTimeoutMs} ms`;
        for (const request of queue.takeOlderThan(now - serviceTimeoutMs))
          this.#refuse(request, "ServiceUnavailable", reason, now);
      }
      if (queue.size === 0) this.#services.delete(service);
    }
  }

  /** Drops the waiting requests of a client that is gone; tells how many there were. */
  forget(client: Buffer): number {
    const forgotten = [...this.#services.values()].flatMap(({ queue }) => queue.takeOf(client));
    this.counters.refused += forgotten.length;
    return forgotten.length;
  }

  /** Drops the waiting requests that are this task of the client; gives them. */
  cancelWaiting(client: Buffer, taskId: string): Request[] {
    const isMeant = (request: Request) => this.isTask(request, taskId);
    const queues = [...this.#services.values()].map(({ queue }) => queue);
    const dropped = queues.flatMap((queue) => queue.takeOf(client, isMeant));
    dropped.forEach((request) => this.cancel(request));
    return dropped;
  }

  /** Ends a request that nobody wants any more, without an answer; `worker` held it. */
  cancel(request: Request, worker?: string): void {
    const { number, service } = request;
    this.#services.get(service)?.queue.finish(request);
    this.counters.cancelled++;
    this.outside.report({ type: "request-cancelled", request: number, service, worker });
  }

  /** Tells whether a request is this task. */
  isTask(request: Request, taskId: string): boolean {
    const known = this.#taskIds.get(request) ?? taskIdOf(request.body, this.policy);
    this.#taskIds.set(request, known);
    return known === taskId;
  }

  /** Answers in place of a worker: with a failed result, so that the client knows what became of its task. */
  #refuse(request: Request, name: RefusalName, reason: string, now: number): void {
    const { number, service, body, attempts } = request;
    this.counters[name === "DeadLetter" ? "deadLetters" : "refused"]++;
    this.outside.report({ type: "request-given-up", request: number, service, name, reason });
    const { codec } = this.policy;
    const details = { name, message: reason, attempts };
    const refusal = createRefusal(taskIdOf(body, this.policy), details, now);
    const unlimited = { codec, maxFrameBytes: Infinity };
    this.outside.answer(request, encodeMessage(refusal, unlimited));
  }

  #entry(service: string, now: number): Service {
    const entry = this.#services.get(service) ?? { queue: new RequestQueue(), unservedSince: now };
    this.#services.set(service, entry);
    return entry;
  }
}

/** What the desk knows of a service while a request or a worker of it is there. */
interface Service {
  queue: RequestQueue;
  /** While it has no worker: since when. */
  unservedSince: number;
}
