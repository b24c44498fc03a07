/**
 * A live status board: each agent's state stands on a shared map for as long as somebody renews it.
 *
 *     agent ──events──▶ keepStatus ──/status/<agent>, with a time to live──▶ map
 */
import { setMaxListeners } from "node:events";
import { checkTimeLimits } from "../options";
import type { AgentEvent, OnEvent } from "../events";
import type { SharedMap } from "./client/shared-map";
import { AgentStates, type AgentStatus } from "./status/agent-states";

/** Where the states stand. */
export const STATUS_SUBTREE = "/status/";

/** How to keep a status. */
export interface StatusOptions {
  /** How long a state stands when nobody renews it, in milliseconds. It is renewed three times as often. Default: 1000. */
  ttlMs?: number;
  /** How long the last word of an agent that has finished stands, in milliseconds. Default: 60 000. */
  keptMs?: number;
  /** Ends the renewing. Default: it goes on until the agent has finished or died. */
  signal?: AbortSignal;
}

/**
 * Makes an `onEvent` that posts what agents do as `/status/<agent>`, an {@link AgentStatus}. Of an agent that dies
 * there is no last word: its state goes when its time to live is over. An agent that is faster than the
 * server confirms skips states; the latest is always posted.
 * @throws RangeError when a time makes no sense.
 */
export function keepStatus(
  board: Pick<SharedMap, "set">,
  { ttlMs = 1000, keptMs = 60_000, signal }: StatusOptions = {},
): OnEvent {
  checkTimeLimits({ ttlMs, keptMs });
  const states = new AgentStates();
  const posts = new Map<string, Post>();
  if (signal) setMaxListeners(0, signal);
  return (event: AgentEvent) => {
    const status = states.take(event);
    const post = posts.get(event.agent) ?? new Post(board, statusKeyOf(event.agent), signal);
    posts.set(event.agent, post);
    if (states.isDead(event.agent)) post.drop();
    else if (status && states.hasFinished(event.agent)) post.say(status, keptMs);
    else if (status) post.keep(status, ttlMs);
  };
}

/** The key under which an agent's state stands. */
export function statusKeyOf(agent: string): string {
  return `${STATUS_SUBTREE}${encodeURIComponent(agent.toWellFormed())}`.slice(0, 200);
}

/** Whose state stands under a key. */
export function agentOfKey(key: string): string {
  const name = key.slice(STATUS_SUBTREE.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a very long name is cut, maybe in the middle of a character
  }
}

/** One agent's entry: one write at a time is under way, and the latest state is the next. */
class Post {
  /** What is to stand there; nothing when it is to go. */
  #latest?: AgentStatus;
  #isNew = false;
  #isWriting = false;
  #renewal?: NodeJS.Timeout;

  constructor(
    private readonly board: Pick<SharedMap, "set">,
    private readonly key: string,
    private readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener("abort", () => this.drop(), { once: true });
  }

  /** Posts a state, and again before its time is over. */
  keep(status: AgentStatus, ttlMs: number): void {
    this.drop();
    if (this.signal?.aborted) return;
    this.#latest = status;
    // A program that is about to end is not kept alive by it.
    this.#renewal = setInterval(() => this.#write(ttlMs), ttlMs / 3).unref();
    this.#write(ttlMs);
  }

  /** Posts a last word, which is not renewed: at once, as its agent's connection may be about to close. */
  say(status: AgentStatus, ttlMs: number): void {
    this.drop();
    if (!this.signal?.aborted) void this.#set(status, ttlMs);
  }

  /** Lets what stands there go when its time is over. */
  drop(): void {
    clearInterval(this.#renewal);
    this.#latest = undefined;
  }

  #write(ttlMs: number): void {
    this.#isNew = true;
    if (!this.#isWriting) void this.#writeLatest(ttlMs);
  }

  async #writeLatest(ttlMs: number): Promise<void> {
    this.#isWriting = true;
    while (this.#isNew && this.#latest) {
      this.#isNew = false;
      await this.#set(this.#latest, ttlMs);
    }
    this.#isWriting = false;
  }

  async #set(status: AgentStatus, ttlMs: number): Promise<void> {
    try {
      await this.board.set(this.key, { ...status }, { ttlMs });
    } catch {
      // The board refuses it, or is gone: an agent works on without.
    }
  }
}
