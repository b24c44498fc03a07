/** A client's connections to the server: one to hear its updates, one to send changes. */
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { Subscriber, XPublisher, type Context } from "zeromq";
import {
  HUGZ,
  type ChangeCommand,
  type HugzCommand,
  type UpdateCommand,
} from "../../../messages/clone";
import { encodeChange } from "../../../messages/clone/encode";
import { MAX_PROPERTIES_BYTES } from "../../../messages/clone/frames";
import { parsePublished } from "../../../messages/clone/parse";
import type { FrameProblem } from "../../../messages/codec";
import { parseSubscription } from "../../../messages/start-signal";
import { connectSocket, withSockets, type Open } from "../../../transport/sockets";
import { HANG_UP_FACTOR } from "../../options";
import type { News } from "./news";
import { Vigil } from "./vigil";

/** What a line needs to know. */
export interface LineSettings {
  updatesAddr: string;
  changesAddr: string;
  subtree: string;
  heartbeatMs: number;
  liveness: number;
  highWaterMark: number;
  maxFrameBytes: number;
  context: Context;
  clock: () => number;
}

/** Who is at this end of a line. */
export interface LineOutside {
  hear(message: UpdateCommand | HugzCommand): void;
  reject(problem: FrameProblem): void;
  /** The server listens, for the first time on this line or again: what was sent before may be lost. */
  connected(): void;
  /** Gives what is to be sent next. */
  next(): ChangeCommand | undefined;
}

/** How often it looks at the time, in milliseconds. */
const TICK_MS = 20;

/** How long to wait when the queue for the server is full, in milliseconds. */
const FULL_MS = 5;

/** Good until the server is silent: whether it is gone or the connection is dead, a new line cannot harm. */
export class Line {
  readonly #vigil: Vigil;
  #isHeard = false;

  constructor(
    private readonly settings: LineSettings,
    private readonly outside: LineOutside,
    private readonly news: News,
  ) {
    const { heartbeatMs, liveness, clock } = settings;
    this.#vigil = new Vigil(heartbeatMs, liveness, clock());
  }

  /** Whether the server has said anything: then the subscriptions stand. */
  get hasHeard(): boolean {
    return this.#vigil.hasHeard;
  }

  /** Carries messages both ways until the server has been silent for too long; gives how long, in milliseconds. */
  async serve(over: AbortSignal): Promise<number> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, over]);
    let loops: Promise<unknown>[] = [];
    try {
      await withSockets(over, async (open) => {
        const { updates, changes } = this.#connect(open);
        const talk = [this.#hearSubscriptions(changes), this.#send(changes, signal)];
        loops = [this.#read(updates), ...talk, this.#watch(signal)];
        await Promise.race(loops);
      });
    } finally {
      end.abort();
      await Promise.allSettled(loops);
    }
    return this.#vigil.silentMs(this.settings.clock());
  }

  #connect(open: Open) {
    const { context, highWaterMark, maxFrameBytes, subtree } = this.settings;
    const shared = {
      context,
      linger: 0,
      maxMessageSize: maxFrameBytes * HANG_UP_FACTOR + MAX_PROPERTIES_BYTES,
    };
    const updates = open(new Subscriber({ ...shared, receiveHighWaterMark: highWaterMark }));
    // Towards the server it is CHP's PUB; but it knows whether the server listens, and waits when its queue is full.
    const patient = { noDrop: true, verbosity: "allSubs" } as const;
    const changes = open(
      new XPublisher({ ...shared, sendHighWaterMark: highWaterMark, ...patient }),
    );
    updates.subscribe(subtree, HUGZ);
    connectSocket(updates, "updatesAddr", this.settings.updatesAddr);
    connectSocket(changes, "changesAddr", this.settings.changesAddr);
    return { updates, changes };
  }

  async #read(updates: Subscriber): Promise<void> {
    const { clock } = this.settings;
    for await (const frames of updates) {
      const parsed = parsePublished(frames);
      if (!parsed.ok) {
        this.outside.reject(parsed);
        continue;
      }
      const isFirst = !this.hasHeard;
      this.#vigil.heard(clock());
      this.outside.hear(parsed.message);
      if (isFirst) this.news.tell();
    }
  }

  async #hearSubscriptions(changes: XPublisher): Promise<void> {
    for await (const [frame] of changes) {
      const subscription = parseSubscription(frame!);
      if (subscription?.topic !== "") continue;
      this.#isHeard = subscription.subscribed;
      this.outside.connected();
      this.news.tell();
    }
  }

  async #send(changes: XPublisher, signal: AbortSignal): Promise<void> {
    while (!changes.closed) {
      const change = this.#isHeard ? this.outside.next() : undefined;
      if (change) await this.#sendWhenRoom(changes, encodeChange(change), signal);
      else await this.news.another(signal);
    }
  }

  /** An XPUB that must not drop says EAGAIN when its queue is full, and that it is writable all the same (libzmq 4.3.5). */
  async #sendWhenRoom(changes: XPublisher, frames: Buffer[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await changes.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || changes.closed) throw error;
        await delay(FULL_MS, undefined, { signal });
      }
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, heartbeatMs } = this.settings;
    do {
      await delay(Math.min(TICK_MS, heartbeatMs), undefined, { signal });
      // When this process was held up, what arrived meanwhile is read before it is missed.
      await setImmediate(undefined, { signal });
    } while (!this.#vigil.isSilent(clock()));
  }
}
