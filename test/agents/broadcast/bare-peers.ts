/** The neighbours of a broadcast agent: sockets without an agent around them. */
import type { TestContext } from "node:test";
import { Context, Subscriber, XPublisher } from "zeromq";
import { encodeUpdateMessage, type UpdateMessage } from "../../../src/messages/broadcast";
import { parseSubscription } from "../../../src/messages/start-signal";

export const anyPort = "tcp://127.0.0.1:*";

/** What an update looks like on the wire. */
export function update(given: Partial<UpdateMessage> = {}): UpdateMessage {
  const now = Date.now() / 1000;
  return { topic: "a.", publisher_id: "P", sequence: 1, timestamp: now, data: null, ...given };
}

/** A publisher that says what it is told to. */
export class BarePublisher {
  readonly socket = new XPublisher({
    ...{ context: new Context(), linger: 0, verbosity: "allSubsUnsubs" },
  });

  static async bound(t: TestContext, address = anyPort): Promise<BarePublisher> {
    const publisher = new BarePublisher();
    t.after(() => publisher.socket.close());
    await publisher.socket.bind(address);
    return publisher;
  }

  get address(): string {
    return this.socket.lastEndpoint!;
  }

  /** The next subscription, as it came in. */
  async subscription(): Promise<{ subscribed: boolean; topic: string }> {
    const [frame] = await this.socket.receive();
    return parseSubscription(frame!)!;
  }

  /** The topics of so many subscriptions, in the order of the alphabet. */
  async asked(count: number): Promise<string[]> {
    const topics: string[] = [];
    while (topics.length < count) topics.push((await this.subscription()).topic);
    return topics.sort();
  }

  async tell(given: Partial<UpdateMessage>): Promise<void> {
    await this.socket.send(encodeUpdateMessage(update(given)));
  }

  async say(...frames: (string | Buffer)[]): Promise<void> {
    await this.socket.send(frames);
  }
}

/** A subscriber that hears what it is told. */
export class BareSubscriber {
  readonly socket = new Subscriber({ context: new Context(), linger: 0 });

  constructor(t: TestContext, address: string, ...topics: (string | Buffer)[]) {
    t.after(() => this.socket.close());
    this.socket.subscribe(...topics);
    this.socket.connect(address);
  }

  async next(): Promise<UpdateMessage> {
    const [topic, body] = await this.socket.receive();
    return { topic: String(topic), ...(JSON.parse(String(body)) as Omit<UpdateMessage, "topic">) };
  }

  /** The numbers of the next updates, with their topics: "a. 1". */
  async numbers(count: number): Promise<string[]> {
    const numbers: string[] = [];
    while (numbers.length < count) {
      const { topic, sequence } = await this.next();
      numbers.push(`${topic} ${sequence}`);
    }
    return numbers;
  }
}
