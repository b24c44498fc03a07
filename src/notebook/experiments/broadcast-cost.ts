/** What the same stream costs, to one subscriber and to many: a publisher sends every one its own copy. */
import { setImmediate } from "node:timers/promises";
import { Context, Subscriber, XPublisher } from "zeromq";
import { createUpdateMessage, encodeUpdateMessage } from "../../messages/broadcast";
import { withSockets } from "../../transport/sockets";
import { lab } from "../lab/lab";

/** The medians of some rounds with so many subscribers. */
export interface BroadcastCost {
  subscribers: number;
  /** Updates that the publisher sent a second, until the last subscriber had the last one. */
  publishedPerSecond: number;
  /** The same times the subscribers: what arrived, all in all. */
  deliveredPerSecond: number;
  /** What one update is on the wire for all of them together, in bytes. */
  bytesPerUpdate: number;
}

/** Rounds for each number of subscribers, in turn with the others, so that a busy moment strikes all alike. */
const ROUNDS = 5;

/** Deliveries in a round, whatever the number of subscribers. */
const DELIVERIES = 10_000;

/** Publishes the same updates to each of these numbers of subscribers, everything in this one event loop. */
export function broadcastCost(counts: readonly number[] = [1, 10, 100]): Promise<BroadcastCost[]> {
  return lab("broadcast cost", async ({ signal }) => {
    const context = new Context();
    const rates = counts.map((): number[] => []);
    await measureRate(1, context, signal); // the first round of all compiles the code
    for (let round = 1; round <= ROUNDS; round++)
      for (const [index, subscribers] of counts.entries())
        rates[index]!.push(await measureRate(subscribers, context, signal));
    const bytes = encodeUpdate(1).reduce((sum, { length }) => sum + 2 + length, 0); // each frame has a flag and a length
    return counts.map((subscribers, index) => {
      const rate = median(rates[index]!);
      return {
        subscribers,
        publishedPerSecond: Math.round(rate),
        deliveredPerSecond: Math.round(rate * subscribers),
        bytesPerUpdate: bytes * subscribers,
      };
    });
  });
}

/** One round: updates a second. */
async function measureRate(
  subscribers: number,
  context: Context,
  signal: AbortSignal,
): Promise<number> {
  const updates = Math.ceil(DELIVERIES / subscribers);
  let tookMs = NaN;
  await withSockets(signal, async (open) => {
    // No high-water mark: here nothing may be lost, and nobody is slow.
    const settings = { context, linger: 0 };
    const publisher = open(
      new XPublisher({ ...settings, sendHighWaterMark: 0, verbosity: "allSubs" }),
    );
    await publisher.bind("tcp://127.0.0.1:*");
    const audience = Array.from({ length: subscribers }, () => {
      const subscriber = open(new Subscriber({ ...settings, receiveHighWaterMark: 0 }));
      subscriber.connect(publisher.lastEndpoint!);
      subscriber.subscribe("");
      return subscriber;
    });
    for (let n = 1; n <= subscribers; n++) await publisher.receive();
    const startedAt = performance.now();
    const hearing = audience.map((subscriber) => hear(subscriber, updates));
    for (let n = 1; n <= updates; n++) {
      await publisher.send(encodeUpdate(n));
      if (n % 100 === 0) await setImmediate();
    }
    await Promise.all(hearing);
    tookMs = performance.now() - startedAt;
  });
  return (updates / tookMs) * 1000;
}

async function hear(subscriber: Subscriber, updates: number): Promise<void> {
  for (let n = 1; n <= updates; n++) await subscriber.receive();
}

function encodeUpdate(n: number): Buffer[] {
  const update = { topic: "status.Worker-1", data: { state: "working", task: n % 10 } };
  return encodeUpdateMessage(
    createUpdateMessage(update, "Publisher-1-00000000", 1000 + (n % 1000), 1.7e12),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
