/** Somebody between the server's updates and its subscribers who loses some of them: by chance, the same for the same seed. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Context, XPublisher, XSubscriber } from "zeromq";
import { HUGZ } from "../../messages/clone";
import { bindSocket } from "../../transport/sockets";

/** Carries updates one way and subscriptions the other. */
export class LossyRelay {
  /** Updates that were not handed on. */
  lost = 0;
  readonly #server: XSubscriber;
  readonly #subscribers: XPublisher;
  #loops: Promise<void>[] = [];

  private constructor(
    private readonly seed: number,
    private readonly oneOf: number,
  ) {
    const context = new Context();
    this.#server = new XSubscriber({ context, linger: 0 });
    this.#subscribers = new XPublisher({ context, linger: 0 });
  }

  /** Loses one of so many updates; signs of life come through. */
  static async to(updatesAddr: string, seed: number, oneOf: number): Promise<LossyRelay> {
    const relay = new LossyRelay(seed, oneOf);
    await bindSocket(relay.#subscribers, "updatesAddr", "tcp://127.0.0.1:*");
    relay.#server.connect(updatesAddr);
    relay.#loops = [relay.#carryUpdates(), relay.#carrySubscriptions()];
    return relay;
  }

  /** Where to connect in place of the server's updates. */
  get address(): string {
    return this.#subscribers.lastEndpoint!;
  }

  async #carryUpdates(): Promise<void> {
    const dice = xoroshiro128plus(this.seed);
    for await (const frames of this.#server) {
      const isLost = frames[0]!.toString() !== HUGZ && uniformInt(dice, 1, this.oneOf) === 1;
      if (isLost) this.lost++;
      else await this.#subscribers.send(frames);
    }
  }

  async #carrySubscriptions(): Promise<void> {
    for await (const subscription of this.#subscribers) await this.#server.send(subscription);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#subscribers.close();
    await Promise.allSettled(this.#loops);
  }
}
