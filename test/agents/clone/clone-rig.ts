/** A Clone server under test, its clients, and bare peers that speak CHP by hand. */
import { once } from "node:events";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Context, Dealer, Subscriber, XPublisher, XSubscriber } from "zeromq";
import { cloneClientAgent, type CloneClientOptions } from "../../../src/agents/clone/client";
import { cloneServerAgent, type CloneServerOptions } from "../../../src/agents/clone/server";
import type { SharedMap } from "../../../src/agents/clone/client/shared-map";
import type {
  CloneClientEvent,
  CloneClientSummary,
  CloneServerEvent,
  CloneServerSummary,
} from "../../../src/agents/clone/events";
import type { JsonValue } from "../../../src/messages/json-value";
import type { CloneAddresses } from "../../../src/transport/addresses";
import { bindSocket } from "../../../src/transport/sockets";
import { anyPort, startAgent, Witness } from "../bare-peers";

/** Short enough for a test, long enough for a busy machine. */
export const heartbeat = { heartbeatMs: 100, liveness: 50 };

export type Addresses = Required<CloneAddresses>;

const anyPorts = { snapshotAddr: anyPort, updatesAddr: anyPort, changesAddr: anyPort };

/** Starts a server, on free ports unless told otherwise, and waits until it listens. */
export async function startServer(t: TestContext, options: CloneServerOptions = {}) {
  const { heartbeatMs } = heartbeat;
  const started = startAgent<CloneServerOptions, CloneServerEvent, CloneServerSummary>(
    t,
    cloneServerAgent,
    { ...anyPorts, heartbeatMs, ...options },
    new Witness<CloneServerEvent>(),
  );
  const failed = started.run.then(() => Promise.reject(new Error("the server has ended")));
  const listening = await Promise.race([started.witness.heard("listening"), failed]);
  failed.catch(() => {});
  const [snapshotAddr, updatesAddr, changesAddr] = listening.addresses as [string, string, string];
  return { ...started, addresses: { snapshotAddr, updatesAddr, changesAddr } };
}

/** Starts a client, and gives its map once it is synchronised. */
export async function startClient(
  t: TestContext,
  addresses: Addresses,
  options: CloneClientOptions = {},
) {
  let take: (map: SharedMap) => void;
  const ready = new Promise<SharedMap>((resolve) => (take = resolve));
  const leave = new AbortController();
  const body = async (map: SharedMap, signal: AbortSignal) => {
    take(map);
    if (!leave.signal.aborted && !signal.aborted)
      await Promise.race([once(leave.signal, "abort"), once(signal, "abort")]);
  };
  const started = startAgent<CloneClientOptions, CloneClientEvent, CloneClientSummary>(
    t,
    cloneClientAgent,
    { ...heartbeat, ...addresses, body, ...options },
    new Witness<CloneClientEvent>(),
  );
  const failed = started.run.then(() => Promise.reject(new Error("the client has ended")));
  const map = await Promise.race([ready, failed]);
  failed.catch(() => {});
  /** Lets the body return, and gives the summary. */
  const finish = async () => {
    leave.abort();
    return started.run;
  };
  return { ...started, map, finish };
}

/** Waits until an entry has this value; undefined for none. */
export async function sees(map: SharedMap, key: string, value: JsonValue | undefined) {
  const isThere = () => JSON.stringify(map.get(key)) === JSON.stringify(value);
  await until(map, isThere);
}

/** Waits for a condition that comes with a change of the map. */
export async function until(map: SharedMap, condition: () => boolean): Promise<void> {
  const enough = new AbortController();
  const changes = map.changes(enough.signal);
  if (condition()) return enough.abort();
  for await (const change of changes) if (change && condition()) return enough.abort();
  throw new Error("the client has ended before");
}

/** Writes until an update has come through: a Middleman may be slower to follow than a client to get its snapshot. */
export async function flows(writer: SharedMap, key: string, reader: Witness<CloneClientEvent>) {
  for (let n = 0; !reader.all("update").some((update) => update.key === key); n++) {
    await writer.set(key, n);
    await Promise.race([reader.heard("update"), delay(heartbeat.heartbeatMs)]);
  }
}

/** Waits until two maps hold the same entries. */
export async function agree(one: SharedMap, other: SharedMap): Promise<void> {
  const same = () => JSON.stringify(one.entries()) === JSON.stringify(other.entries());
  const enough = new AbortController();
  await Promise.race(
    [one, other].map(async (map) => {
      const changes = map.changes(enough.signal);
      if (same()) return;
      for await (const change of changes) if (change && same()) return;
      throw new Error("the client has ended before");
    }),
  ).finally(() => enough.abort());
}

/** A peer that knows only CHP: the sockets of the Guide's client. */
export class BareClient {
  readonly snapshots: Dealer;
  readonly updates: Subscriber;
  /** An XPUB in place of CHP's PUB: the test has to know when the server listens. */
  readonly changes: XPublisher;

  constructor(t: TestContext, addresses: Addresses, subtree = "") {
    const context = new Context();
    this.snapshots = new Dealer({ context, linger: 0 });
    // Without limits: what it sends or receives is not lost in its own queues.
    this.updates = new Subscriber({ context, linger: 0, receiveHighWaterMark: 0 });
    this.changes = new XPublisher({ context, linger: 0, sendHighWaterMark: 0 });
    t.after(() => [this.snapshots, this.updates, this.changes].forEach((socket) => socket.close()));
    this.updates.subscribe(subtree, "HUGZ");
    this.snapshots.connect(addresses.snapshotAddr);
    this.updates.connect(addresses.updatesAddr);
    this.changes.connect(addresses.changesAddr);
  }

  /** Waits until the server hears what this peer sends. */
  async heard(): Promise<void> {
    await this.changes.receive();
  }

  /** Gives the next message of this key. */
  async next(key: string): Promise<Buffer[]> {
    for await (const frames of this.updates) if (String(frames[0]) === key) return frames;
    throw new Error("closed");
  }

  /** Asks for a snapshot, and gives all its messages. */
  async ask(subtree = ""): Promise<Buffer[][]> {
    await this.snapshots.send(["ICANHAZ?", subtree]);
    const answers: Buffer[][] = [];
    for await (const frames of this.snapshots) {
      answers.push(frames);
      if (String(frames[0]) === "KTHXBAI") break;
    }
    return answers;
  }
}

/** Somebody between a server's updates and its clients, who lets through what he likes. */
export class Middleman {
  readonly #up: XSubscriber;
  readonly #down: XPublisher;

  private constructor(private readonly lets: (frames: Buffer[]) => Buffer[][]) {
    const context = new Context();
    this.#up = new XSubscriber({ context, linger: 0 });
    this.#down = new XPublisher({ context, linger: 0 });
  }

  /** Gives the addresses for clients. `lets` says what becomes of a message: none, one, or several. */
  static async between(
    t: TestContext,
    addresses: Addresses,
    lets: (frames: Buffer[]) => Buffer[][],
  ): Promise<Addresses> {
    const middleman = new Middleman(lets);
    t.after(() => [middleman.#up, middleman.#down].forEach((socket) => socket.close()));
    middleman.#up.connect(addresses.updatesAddr);
    const updatesAddr = await bindSocket(middleman.#down, "updatesAddr", anyPort);
    for (const loop of [middleman.#carryUp(), middleman.#carryDown()])
      loop.catch((error: unknown) => {
        if (!middleman.#down.closed) throw error;
      });
    return { ...addresses, updatesAddr };
  }

  async #carryUp(): Promise<void> {
    for await (const subscription of this.#down) await this.#up.send(subscription);
  }

  async #carryDown(): Promise<void> {
    for await (const frames of this.#up)
      for (const message of this.lets(frames)) await this.#down.send(message);
  }
}
