/** The reader's half of Clone on trial: a real server, somebody who writes, and a middleman who loses what he is told to. */
import { EventEmitter, once } from "node:events";
import { Context, Subscriber } from "zeromq";
import { requestSnapshot } from "../../agents/clone/client/snapshot-request";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { parsePublished } from "../../messages/clone/parse";
import { MAX_FRAME_BYTES } from "../../messages/frame";
import type { JsonValue } from "../../messages/json-value";
import type { CloneAddresses } from "../../transport/addresses";
import { Middleman } from "../experiments/clone-middleman";
import { openBoard, openCloneServer } from "../lab/clone";
import type { Lab } from "../lab/room";

/** An update as the reader gets it. */
export interface ReplicaUpdate {
  /** 1, 2, 3 … at the server. */
  sequence: number;
  key: string;
  /** Undefined when the entry is deleted. */
  value?: JsonValue;
}

/** What the reader's function is given. */
export interface ReplicaKit {
  /** What the server publishes, as it comes. */
  updates: AsyncIterable<ReplicaUpdate>;
  /** Asks the server for the whole state, and up to which update that is. */
  snapshot: () => Promise<{ sequence: number; entries: [key: string, value: JsonValue][] }>;
  /** To be kept equal to the server's state. */
  copy: Map<string, JsonValue>;
}

/** What the reader writes: follows until there are no more updates. */
export type Follow = (kit: ReplicaKit) => Promise<unknown>;

/** The reader's function did not do what it had to; the message says what. */
export class TrialFailed extends Error {}

/** How long the reader's function may take over what has come, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Knows how far the reader has come: an update counts as taken in when the next one is asked for. */
export class ReplicaTrial {
  /** The last update of the server. */
  sequence = 0;
  snapshots = 0;
  /** What happens when the next snapshot is asked for: before it is taken, and while it is under way. */
  beforeSnapshot?: () => Promise<void>;
  duringSnapshot?: () => Promise<void>;
  readonly #copy = new Map<string, JsonValue>();
  readonly #state = new Map<string, JsonValue>();
  readonly #lost = new Set<number>();
  readonly #changes = new EventEmitter();
  readonly #context = new Context();
  readonly #updates: Subscriber;
  #delivered = 0;
  #taken = 0;
  #wantsMore = false;
  #ending?: string;
  #writer!: SharedMap;
  #server!: Required<CloneAddresses>;
  #middleman!: Middleman;

  private constructor(private readonly room: Lab) {
    this.#updates = new Subscriber({ context: this.#context, linger: 0 });
  }

  /** Opens a trial in which two entries stand already, and the reader's function has begun. */
  static async open(room: Lab, follow: Follow): Promise<ReplicaTrial> {
    const trial = new ReplicaTrial(room);
    await trial.#prepare();
    void trial.#run(follow); // never awaited: somebody else wrote it
    return trial;
  }

  /** Sets an entry, or deletes it without a value. The update reaches the reader, unless it is `lost`. */
  async write(
    key: string,
    value: JsonValue | undefined,
    { lost = false }: { lost?: boolean } = {},
  ): Promise<void> {
    const sequence = ++this.sequence;
    if (lost) this.#lost.add(sequence);
    else this.#delivered++;
    if (value === undefined) this.#state.delete(key);
    else this.#state.set(key, value);
    await (value === undefined ? this.#writer.delete(key) : this.#writer.set(key, value));
  }

  /** An update reaches the reader once more, or late. */
  async again(sequence: number): Promise<void> {
    await this.#middleman.seen(sequence);
    this.#delivered++;
    this.#middleman.again(sequence);
  }

  /** Waits until the reader has taken all in. @throws TrialFailed with the story when the copy is not the server's state. */
  async settled(tell: () => string): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!(this.#wantsMore && this.#taken === this.#delivered)) {
      if (this.#ending) throw new TrialFailed(this.#ending);
      await once(this.#changes, "change", { signal: patience }).catch(() => {
        throw new TrialFailed(`${tell()} ${this.#standstill()} (Waited ${PATIENCE_MS / 1000} s.)`);
      });
    }
    const difference = this.#difference();
    if (difference) throw new TrialFailed(`${tell()} ${difference}`);
  }

  #standstill(): string {
    if (this.snapshots === 0 && this.#taken === 0)
      return "Your function has asked for neither a snapshot nor an update.";
    return `Your function took ${this.#taken} of ${this.#delivered} updates and did not ask for the next one.`;
  }

  /** Says where the copy is not the server's state. */
  #difference(): string | undefined {
    for (const key of [...new Set([...this.#state.keys(), ...this.#copy.keys()])].sort()) {
      const [is, should] = [this.#copy.get(key), this.#state.get(key)];
      if (JSON.stringify(is) === JSON.stringify(should)) continue;
      const [yours, server] = [is, should].map((value) =>
        value === undefined ? `has no ${key}` : `has ${key} = ${JSON.stringify(value)}`,
      );
      return `Your copy ${yours}, the server ${server}.`;
    }
    return undefined;
  }

  async #prepare(): Promise<void> {
    const { room } = this;
    this.#server = await openCloneServer(room);
    this.#writer = await openBoard(room, { ...this.#server, name: "Writer" });
    const loses = ({ sequence }: { sequence: number }) => this.#lost.has(sequence);
    this.#middleman = await Middleman.open(room, this.#server, { loses });
    await this.write("/a", 1, { lost: true }); // nobody listens yet
    await this.write("/b", 2, { lost: true });
    room.use(() => this.#updates.close());
    this.#updates.subscribe("HUGZ", "/");
    this.#updates.connect(this.#middleman.addresses.updatesAddr);
    await this.#updates.receive(); // a HUGZ: the subscriptions stand
  }

  async #run(follow: Follow): Promise<void> {
    const kit = { updates: this.#stream(), snapshot: () => this.#snapshot(), copy: this.#copy };
    const ending = await (async () => follow(kit))().then(
      () => "Your function has returned. It has to go on as long as there are updates.",
      (error: unknown) => `Your function threw an error: \`${String(error)}\`.`,
    );
    this.#change(() => (this.#ending = ending));
  }

  async *#stream(): AsyncGenerator<ReplicaUpdate> {
    this.#change(() => (this.#wantsMore = true));
    for await (const frames of this.#updates) {
      const parsed = parsePublished(frames);
      if (!parsed.ok || parsed.message.type !== "update") continue;
      const { sequence, key, value } = parsed.message;
      this.#change(() => (this.#wantsMore = false));
      yield value.length === 0
        ? { sequence, key }
        : { sequence, key, value: JSON.parse(String(value)) as JsonValue };
      this.#change(() => {
        this.#taken++;
        this.#wantsMore = true;
      });
    }
  }

  async #snapshot() {
    this.snapshots++;
    const { beforeSnapshot, duringSnapshot } = this;
    this.beforeSnapshot = this.duringSnapshot = undefined;
    await beforeSnapshot?.();
    const request = {
      ...this.#server,
      subtree: "",
      silenceMs: PATIENCE_MS,
      context: this.#context,
    };
    const snapshot = await requestSnapshot(
      { ...request, maxFrameBytes: MAX_FRAME_BYTES },
      this.room.signal,
      () => {},
    );
    if (!snapshot) throw new Error("The trial is over.");
    await duringSnapshot?.();
    const entries = snapshot.entries.map(({ key, value }): [string, JsonValue] => [
      key,
      JSON.parse(String(value)) as JsonValue,
    ]);
    return { sequence: snapshot.sequence, entries };
  }

  #change(apply: () => void): void {
    apply();
    this.#changes.emit("change");
  }
}
