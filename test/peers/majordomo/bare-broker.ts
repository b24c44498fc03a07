/** The other side of a Majordomo peer without a broker around it: a ROUTER, and frames as text. */
import type { TestContext } from "node:test";
import { Context, Router } from "zeromq";

/** One message: who it is from, and its frames one byte a character, so that "\x01" is READY. */
export interface Heard {
  from: Buffer;
  frames: string[];
}

/** Binds to a free port and is closed after the test. */
export class BareBroker {
  readonly #router = new Router({
    context: new Context(),
    linger: 0,
    mandatory: true,
    sendTimeout: 10_000,
    receiveTimeout: 50_000,
  });

  static async bind(t: TestContext): Promise<BareBroker> {
    const broker = new BareBroker();
    t.after(() => broker.#router.close());
    await broker.#router.bind("tcp://127.0.0.1:*");
    return broker;
  }

  get address(): string {
    return this.#router.lastEndpoint!;
  }

  /** Gives the next message; rejects when none comes within 50 s. */
  async next(): Promise<Heard> {
    const [from, ...frames] = await this.#router.receive();
    return { from: from!, frames: frames.map((frame) => frame.toString("latin1")) };
  }

  /** Gives the next message that is not one of these: heartbeats come whenever they come. */
  async nextBut(frames: string[]): Promise<Heard> {
    for (;;) {
      const heard = await this.next();
      if (heard.frames.join("\n") !== frames.join("\n")) return heard;
    }
  }

  async send(to: Buffer, ...frames: string[]): Promise<void> {
    await this.#router.send([to, ...frames.map((frame) => Buffer.from(frame, "latin1"))]);
  }
}
