/** A broker in miniature on trial: its ROUTER, real DEALER workers who say READY, and a client who brings tasks. */
import { EventEmitter, once } from "node:events";
import { Context, Dealer, Router } from "zeromq";
import type { Lab } from "../lab/room";

/** Gives tasks to workers: reads [address, "READY"] and [address, "TASK", data], sends [address, data]; until its ROUTER closes. */
export type MiniBroker = (router: Router) => Promise<unknown>;

/** A task that arrived at a worker. */
export interface Delivery {
  worker: string;
  task: string;
}

/** The broker under trial did not do what it had to; the message says what. */
export class TrialFailed extends Error {}

/** How long a broker may take over a message that has come, in milliseconds. */
const PATIENCE_MS = 2000;

/**
 * Knows at any time how far the broker has come, so that nothing depends on luck: a message counts as
 * taken in when the broker asks for the next one.
 */
export class BrokerTrial {
  readonly #changes = new EventEmitter();
  readonly #deliveries: Delivery[] = [];
  readonly #dealers = new Map<string, Dealer>();
  readonly #context = new Context();
  #sent = 0;
  #read = 0;
  #wantsMore = false;
  #ended: string | undefined;
  #problem: string | undefined;

  private constructor(private readonly use: Lab["use"]) {}

  /** Opens a trial with workers that are connected and have said nothing. Close the lab to end it. */
  static async open(broker: MiniBroker, workers: string[], use: Lab["use"]): Promise<BrokerTrial> {
    const trial = new BrokerTrial(use);
    const loops: Promise<void>[] = [];
    use(() => Promise.all(loops)); // they end when their sockets are closed
    const router = trial.#watchedRouter();
    use(() => router.close()); // as all sockets here: nobody waits for its port
    await router.bind("tcp://127.0.0.1:*");
    for (const name of [...workers, CLIENT]) trial.#connect(name, router.lastEndpoint!);
    loops.push(...workers.map((worker) => trial.#work(worker)));
    void trial.#run(broker, router); // never awaited: somebody else wrote it
    return trial;
  }

  /** A worker says READY. Returns when the broker has taken it in. */
  async ready(worker: string): Promise<void> {
    await this.#say(worker, "READY");
  }

  /** The client brings a task. Returns when the broker has taken it in. */
  async bring(task: string): Promise<void> {
    await this.#say(CLIENT, "TASK", task);
  }

  /** Waits for the next task that arrives at a worker. @throws TrialFailed with `otherwise` when none does. */
  async delivery(otherwise: string): Promise<Delivery> {
    await this.#until(() => this.#deliveries.length > 0, otherwise);
    return this.#deliveries.shift()!;
  }

  async #say(name: string, ...words: string[]): Promise<void> {
    this.#sent++;
    await this.#dealers.get(name)!.send(words);
    const isTakenIn = () => this.#wantsMore && this.#read === this.#sent;
    const said = words.join(" ");
    await this.#until(isTakenIn, `${name} said ${said}, and your broker did not go on to receive.`);
  }

  /** @throws TrialFailed when the broker is at fault, or `otherwise` when it takes too long. */
  async #until(isSo: () => boolean, otherwise: string): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!isSo()) {
      const problem = this.#problem ?? this.#ended;
      if (problem) throw new TrialFailed(problem);
      await once(this.#changes, "change", { signal: patience }).catch(() => {
        throw new TrialFailed(`${otherwise} (Waited ${PATIENCE_MS / 1000} s.)`);
      });
    }
    if (this.#problem) throw new TrialFailed(this.#problem);
  }

  async #run(broker: MiniBroker, router: Router): Promise<void> {
    const ending = await (async () => broker(router))().then(
      () => `returned after ${this.#soFar}. It has to go on until its socket is closed.`,
      (error: unknown) => `threw an error after ${this.#soFar}: \`${String(error)}\`.`,
    );
    this.#change(() => (this.#ended = `Your broker ${ending}`));
  }

  get #soFar(): string {
    return this.#read === 1 ? "1 message" : `${this.#read} messages`;
  }

  /** Takes what arrives at a worker. */
  async #work(worker: string): Promise<void> {
    for await (const frames of this.#dealers.get(worker)!) {
      const [task] = frames.map(String);
      this.#change(() => {
        if (frames.length === 1) this.#deliveries.push({ worker, task: task! });
        else
          this.#problem ??= `${worker} got ${frames.length} frames: ${write(frames)}. Send its address and the task, no more.`;
      });
    }
  }

  #connect(name: string, address: string): void {
    const options = { context: this.#context, routingId: name, linger: 0 };
    const dealer = new Dealer({ ...options, sendTimeout: PATIENCE_MS });
    this.use(() => dealer.close());
    dealer.connect(address);
    this.#dealers.set(name, dealer);
  }

  /** A ROUTER that cannot be waited for in vain: a task for nobody is an error. (A socket takes no new fields, so the counts are here.) */
  #watchedRouter(): Router {
    const asks = () => this.#change(() => (this.#wantsMore = true));
    const reads = () => {
      this.#read++;
      this.#wantsMore = false;
    };
    class WatchedRouter extends Router {
      override async receive() {
        const receiving = super.receive();
        asks();
        const frames = await receiving;
        reads();
        return frames;
      }
    }
    return new WatchedRouter({
      context: this.#context,
      mandatory: true,
      sendTimeout: 0,
      linger: 0,
    });
  }

  #change(apply: () => void): void {
    apply();
    this.#changes.emit("change");
  }
}

const CLIENT = "Client";

function write(frames: Buffer[]): string {
  return frames.map((frame) => `\`${frame.toString()}\``).join(", ");
}
