/** The requests of one service that wait for a worker. Pure: no sockets, no clock. */
import Denque from "denque";
import type { Attempt } from "../../../messages/dead-letter";
import type { Dialect } from "../../../messages/majordomo";
import { keyOf } from "./worker-registry";

/** A client's request, as its broker keeps it until it is answered. */
export interface Request {
  /** Counted from 1. */
  readonly number: number;
  /** Where a ROUTER sends the answer. */
  readonly client: Buffer;
  /** The same address as a person reads it. */
  readonly clientName: string;
  readonly dialect: Dialect;
  readonly service: string;
  readonly body: Buffer[];
  /** When it came, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** The workers that were lost over it. */
  readonly attempts: Attempt[];
  /** How many of them count against it. */
  charges: number;
}

/**
 * Who comes first: requests whose worker was lost, then one request of each client in turn, so that a
 * client with a thousand does not keep out one with a single one.
 *
 * A suspect, a request that has cost workers, is tried alone: while it is out, no other suspect is, and its
 * worker holds nothing else. So a task that kills its workers does not take others down with it again and again.
 */
export class RequestQueue {
  /** By client, in turn: who was served longest ago comes first. */
  readonly #byClient = new Map<string, Denque<Request>>();
  readonly #returned = new Denque<Request>();
  readonly #suspects = new Denque<Request>();
  #trial?: Request;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Takes in a new request. */
  add(request: Request): void {
    const client = keyOf(request.client);
    const line = this.#byClient.get(client) ?? new Denque<Request>();
    line.push(request);
    this.#byClient.set(client, line);
    this.#size++;
  }

  /** Takes a request back whose worker was lost: before all that are new. */
  putBack(request: Request, isSuspect: boolean): void {
    (isSuspect ? this.#suspects : this.#returned).push(request);
    this.#size++;
  }

  /** Whether a suspect is out, or could be; "none" when there is no suspect. */
  get trial(): "none" | "due" | "out" {
    if (this.#trial) return "out";
    return this.#suspects.length > 0 ? "due" : "none";
  }

  /** Takes out the next request; undefined when there is none that may go out now. */
  take(mayBeSuspect = true): Request | undefined {
    const suspect = mayBeSuspect ? this.#takeSuspect() : undefined;
    const request = suspect ?? this.#returned.shift() ?? this.#takeInTurn();
    if (request) this.#size--;
    return request;
  }

  #takeSuspect(): Request | undefined {
    if (this.#trial) return undefined;
    return (this.#trial = this.#suspects.shift());
  }

  #takeInTurn(): Request | undefined {
    const first = this.#byClient.entries().next().value;
    if (!first) return undefined;
    const [client, line] = first;
    const request = line.shift();
    this.#byClient.delete(client);
    if (line.length > 0) this.#byClient.set(client, line);
    return request;
  }

  /** Tells whether a request is out alone, as a suspect. */
  isOnTrial(request: Request): boolean {
    return this.#trial === request;
  }

  /** Hears that a request that was taken out has ended, or comes back: the next suspect may go out. */
  finish(request: Request): void {
    if (this.#trial === request) this.#trial = undefined;
  }

  /** Takes out every request that came before `deadline`. */
  takeOlderThan(deadline: number): Request[] {
    return this.#drain([...this.#byClient.keys()], ({ receivedAt }) => receivedAt < deadline);
  }

  /** Takes out every request of a client that fits. */
  takeOf(client: Buffer, fits: (request: Request) => boolean = () => true): Request[] {
    const isMeant = (request: Request) => request.client.equals(client) && fits(request);
    return this.#drain([keyOf(client)], isMeant);
  }

  /** Takes out what fits of the requests that came back, and of the new ones of these clients. */
  #drain(clients: string[], fits: (request: Request) => boolean): Request[] {
    const lines = clients.flatMap((client) => this.#byClient.get(client) ?? []);
    const drained: Request[] = [];
    for (const line of [this.#suspects, this.#returned, ...lines]) {
      const stay = line.toArray().filter((request) => !fits(request) || !drained.push(request));
      if (stay.length === line.length) continue;
      line.clear();
      for (const request of stay) line.push(request);
    }
    for (const client of clients)
      if (this.#byClient.get(client)?.length === 0) this.#byClient.delete(client);
    this.#size -= drained.length;
    return drained;
  }
}
