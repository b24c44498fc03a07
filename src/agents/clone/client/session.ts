/** Keeps a copy of the map in step with the server, for as long as an agent has use for it. */
import { EventEmitter, setMaxListeners } from "node:events";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import type { FrameProblem } from "../../../messages/codec";
import type { CloneAddresses } from "../../../transport/addresses";
import { unlessAborted, within } from "../../../transport/patience";
import type { Outcome } from "../../events";
import type { AgentSettings, HeartbeatOptions } from "../../options";
import type { CloneClientSummary } from "../events";
import { Line } from "./line";
import { LocalMap } from "./local-map";
import { News } from "./news";
import { Replica } from "./replica";
import type { SharedMap } from "./shared-map";
import { requestSnapshot } from "./snapshot-request";
import { WriteDesk, type WriteDeskSettings } from "./write-desk";

/** What a session needs to know. */
export interface SessionSettings
  extends
    Omit<AgentSettings, "codec">,
    Required<CloneAddresses>,
    Required<HeartbeatOptions>,
    WriteDeskSettings {
  finishTimeoutMs: number;
}

/** What an agent does with the map. */
export type CloneBody = (map: SharedMap, signal: AbortSignal) => Promise<void> | void;

/** How often it looks at the time, in milliseconds: an entry may be seen so much longer than it lives. */
const TICK_MS = 20;

/** One for one run, whose summary it writes. */
export class CloneSession {
  readonly #replica: Replica;
  readonly #desk: WriteDesk;
  readonly #map: SharedMap;
  readonly #news: News;
  /** Ends everything: the run is over, or its signal said stop. */
  readonly #end = new AbortController();
  readonly #over: AbortSignal;
  #line: Line;

  constructor(
    private readonly settings: SessionSettings,
    private readonly summary: CloneClientSummary,
  ) {
    const { subtree, maxFrameBytes, clock, report, signal } = settings;
    this.#over = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
    this.#news = new News(this.#over);
    this.#desk = new WriteDesk(settings, summary, this.#news, this.#over);
    const changes = new EventEmitter();
    setMaxListeners(0, changes);
    this.#replica = new Replica(subtree, maxFrameBytes, {
      changed: (change) => changes.emit("change", change),
      settle: (receipts) => this.#desk.settle(receipts),
      report,
    });
    this.#map = new LocalMap({
      replica: this.#replica,
      changes,
      maxFrameBytes,
      clock,
      write: (change) => this.#desk.write(change),
      synchronised: (signal) => this.#synchronised(signal),
      over: this.#over,
    });
    this.#line = this.#newLine();
  }

  /**
   * Finds the server, runs `body`, and waits until all it has written is confirmed.
   * @throws Error when there is no snapshot within `startTimeoutMs`.
   */
  async serveWhile(body: CloneBody | undefined): Promise<Outcome> {
    const loops = [this.#follow(), this.#join(), this.#keepTime(), this.#live(body)];
    try {
      return await Promise.race(loops);
    } catch (error) {
      if (!this.settings.signal?.aborted) throw error;
      return "stopped";
    } finally {
      this.#end.abort();
      await Promise.allSettled(loops);
      const { sequence, updates, gaps } = this.#replica;
      Object.assign(this.summary, { sequence, updates, gaps, entries: this.#map.size });
    }
  }

  async #live(body: CloneBody | undefined): Promise<Outcome> {
    const { startTimeoutMs, finishTimeoutMs, snapshotAddr } = this.settings;
    await within(
      startTimeoutMs,
      this.#over,
      (patience) => this.#synchronised(patience),
      () =>
        `Waited ${startTimeoutMs} ms in vain for a snapshot of the Clone server at ${snapshotAddr}. ` +
        "Is it running, and are these its addresses?",
    );
    if (!body) await this.#news.until(() => false);
    else await unlessAborted(body(this.#map, this.#over), this.#over);
    const isDone = () => this.summary.unconfirmed === 0;
    const confirmed = (patience: AbortSignal) => this.#news.until(isDone, patience);
    return within(finishTimeoutMs, this.#over, confirmed, () => "unconfirmed").then(
      () => "complete",
      () => (this.#over.throwIfAborted(), "server-lost"),
    );
  }

  #synchronised(signal?: AbortSignal): Promise<void> {
    return this.#news.until(() => this.#replica.isFollowing, signal);
  }

  /** Follows the server over one line after the other. */
  async #follow(): Promise<Outcome> {
    for (;;) {
      const silentMs = Math.round(await this.#line.serve(this.#over));
      if (this.#over.aborted) return "stopped";
      this.settings.report({ type: "server-silent", silentMs });
      this.#replica.leave(this.summary.snapshots === 0 ? "joining" : "server-silent");
      this.#line = this.#newLine();
      this.#news.tell();
    }
  }

  #newLine(): Line {
    const outside = {
      hear: (message: Parameters<Replica["hear"]>[0]) => {
        this.#replica.hear(message, this.settings.clock());
        if (!this.#replica.isFollowing) this.#news.tell();
      },
      reject: (problem: FrameProblem) => this.#reject(problem),
      connected: () => this.#desk.resend("the server has connected again"),
      next: () => this.#desk.next(),
    };
    return new Line(this.settings, outside, this.#news);
  }

  /** Gets a snapshot whenever the copy is not what the server has. */
  async #join(): Promise<Outcome> {
    const { report, clock, heartbeatMs, liveness } = this.settings;
    const request = { ...this.settings, silenceMs: heartbeatMs * liveness };
    for (let isFirst = true; ; isFirst = false) {
      await this.#news.until(() => !this.#replica.isFollowing);
      report({ type: "synchronising", reason: this.#replica.reason });
      // Who cannot keep up shall not burden the server with snapshots on top of it.
      if (!isFirst) await delay(heartbeatMs / 10, undefined, { signal: this.#over });
      await this.#subscribed();
      const snapshot = await requestSnapshot(request, this.#over, (problem) =>
        this.#reject(problem),
      );
      this.#over.throwIfAborted();
      if (!snapshot) continue;
      this.summary.snapshots++;
      this.#replica.install(snapshot, clock());
      this.#news.tell();
    }
  }

  /**
   * Waits until the server has said something: then the subscriptions stand, and no update can fall between
   * a snapshot and them. One that knows only CHP may have nothing to say.
   */
  async #subscribed(): Promise<void> {
    const heard = (patience: AbortSignal) => this.#news.until(() => this.#line.hasHeard, patience);
    await within(this.settings.heartbeatMs, this.#over, heard, () => "silence").catch(() =>
      this.#over.throwIfAborted(),
    );
  }

  async #keepTime(): Promise<Outcome> {
    for (;;) {
      await delay(TICK_MS, undefined, { signal: this.#over });
      await setImmediate(undefined, { signal: this.#over });
      this.#replica.expire(this.settings.clock());
      this.#desk.resendOverdue();
    }
  }

  #reject({ code, reason }: FrameProblem): void {
    this.summary.framesRejected++;
    this.settings.report({ type: "frame-rejected", code, reason });
  }
}
