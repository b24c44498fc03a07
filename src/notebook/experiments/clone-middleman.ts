/**
 * Somebody between a Clone client and its server, who hands everything on, writes down what passes, and
 * loses what he is told to.
 */
import { Context, Dealer, Router, XPublisher, XSubscriber, type Socket } from "zeromq";
import type { UpdateCommand } from "../../messages/clone";
import { parsePublished } from "../../messages/clone/parse";
import type { CloneAddresses } from "../../transport/addresses";
import { Outbox } from "../../transport/outbox";
import { anyPorts, until } from "../lab/clone";
import type { Lab } from "../lab/room";
import { describeMessage } from "../output/clone-words";
import type { RecordedMessage } from "../pictures/sequence-data";

/** Who he stands between, and what he does. */
export interface MiddlemanOptions {
  /** What to call the client in the record. Default: "Client". */
  client?: string;
  /** Which updates do not arrive. Default: none. */
  loses?: (update: UpdateCommand) => boolean;
}

/** The client connects to `addresses` in place of the server's. */
export class Middleman {
  readonly addresses = { ...anyPorts };
  /** What has passed, in order. What was lost has no receiver. */
  readonly passed: RecordedMessage[] = [];
  readonly #context = new Context();
  readonly #updates = new Map<number, Buffer[]>();
  readonly #toClient: Outbox;
  readonly #published: XPublisher;
  #loops: Promise<void>[] = [];

  private constructor(
    private readonly room: Lab,
    private readonly server: Required<CloneAddresses>,
    private readonly options: MiddlemanOptions,
  ) {
    room.use(() => Promise.allSettled(this.#loops)); // they end when their sockets are closed
    this.#published = this.#open(new XPublisher(this.#with({ verbosity: "allSubs" })));
    this.#toClient = new Outbox(this.#published);
  }

  /** Stands between from now on, until the lab closes. */
  static async open(
    room: Lab,
    server: Required<CloneAddresses>,
    options: MiddlemanOptions = {},
  ): Promise<Middleman> {
    const middleman = new Middleman(room, server, options);
    await middleman.#bind();
    return middleman;
  }

  /** Hands an update on once more, or late: he has kept all of them. */
  again(sequence: number): void {
    this.#toClient.post(this.#updates.get(sequence)!);
  }

  /** Waits until the update has come to him. @throws Error when it has not within a minute. */
  seen(sequence: number): Promise<void> {
    return until(() => this.#updates.has(sequence), `Update ${sequence} did not come`);
  }

  async #bind(): Promise<void> {
    const { addresses, server } = this;
    const [upstream, changesFromClient] = [1, 2].map(() =>
      this.#open(new XSubscriber(this.#with())),
    );
    const changesToServer = this.#open(new XPublisher(this.#with({ verbosity: "allSubs" })));
    const snapshots = this.#open(new Router(this.#with()));
    for (const [name, socket] of [
      ["snapshotAddr", snapshots],
      ["updatesAddr", this.#published],
      ["changesAddr", changesFromClient!],
    ] as const) {
      await socket.bind(addresses[name]);
      addresses[name] = socket.lastEndpoint!;
    }
    upstream!.connect(server.updatesAddr);
    changesToServer.connect(server.changesAddr);
    this.#loops = [
      this.#hearServer(upstream!),
      this.#carry(this.#published, upstream!, "client"),
      this.#carry(changesFromClient!, changesToServer, "client"),
      this.#carry(changesToServer, changesFromClient!, "server"),
      this.#ask(snapshots),
    ];
  }

  /** Hands on what the server publishes, but for what is to be lost. */
  async #hearServer(upstream: XSubscriber): Promise<void> {
    for await (const frames of upstream) {
      const parsed = parsePublished(frames);
      const update = parsed.ok && parsed.message.type === "update" ? parsed.message : undefined;
      const isLost = update && (this.options.loses?.(update) ?? false);
      if (update) this.#updates.set(update.sequence, frames);
      this.#record("server", frames, isLost);
      if (!isLost) this.#toClient.post(frames);
    }
  }

  async #carry(
    from: XSubscriber | XPublisher,
    to: XSubscriber | XPublisher,
    side: Side,
  ): Promise<void> {
    for await (const frames of from) {
      this.#record(side, frames);
      await to.send(frames);
    }
  }

  /** A client asks on a connection of its own each time: he does the same. */
  async #ask(snapshots: Router): Promise<void> {
    const toClient = new Outbox(snapshots);
    for await (const [client, ...request] of snapshots) {
      this.#record("client", request);
      const dealer = this.#open(new Dealer(this.#with()));
      dealer.connect(this.server.snapshotAddr);
      await dealer.send(request);
      void this.#answer(dealer, (frames) => toClient.post([client!, ...frames]));
    }
  }

  async #answer(dealer: Dealer, post: (frames: Buffer[]) => void): Promise<void> {
    for await (const frames of dealer) {
      this.#record("server", frames);
      post(frames);
      if (String(frames[0]) === "KTHXBAI") dealer.close();
    }
  }

  #record(from: Side, frames: Buffer[], isLost = false): void {
    const label = describeMessage(frames) + (isLost ? " is lost" : "");
    const { client = "Client" } = this.options;
    const [sender, receiver] = from === "client" ? [client, "Server"] : ["Server", client];
    const sort = isLost ? "failed" : from === "client" ? "worker" : "broker";
    const at = performance.timeOrigin + performance.now();
    this.passed.push({ from: sender, to: isLost ? [] : [receiver], label, sort, at });
  }

  #with<Options extends object>(options?: Options) {
    return {
      context: this.#context,
      linger: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
      ...options,
    };
  }

  /** Closed at once: nobody waits for its port. */
  #open<S extends Socket>(socket: S): S {
    this.room.use(() => socket.close());
    return socket;
  }
}

type Side = "client" | "server";
