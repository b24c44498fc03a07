/** The slow joiner: who has just come misses what is published, unless the publisher knows that it listens. */
import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Context, Publisher, Subscriber, XPublisher } from "zeromq";
import { unlessAborted } from "../../transport/patience";
import { withSockets } from "../../transport/sockets";
import { lab } from "../lab/lab";
import { SlowLink } from "./slow-link";

/** What a publisher waits for before it speaks. */
export type WaitFor = "nothing" | "handshake" | "subscription";

/** How many of the messages were lost. */
export interface Joining {
  waitFor: WaitFor;
  rounds: number;
  lost: number;
}

/** How far a subscriber is from its publisher, in milliseconds each way: as far as another machine. */
const DISTANCE_MS = 1;

/** How many rounds run side by side. */
const AT_A_TIME = 10;

/**
 * Brings a new subscriber to a new publisher in each round, has the publisher tell one message, and counts how many
 * were lost. The cable between the two is part of this event loop and carries nothing during a turn of it: so
 * what is said in the turn in which the subscriber connects is said too early, for certain. (Without a
 * cable it mostly is; but now and then libzmq's threads shake hands between two lines of ours.)
 */
export async function slowJoiner(waitFor: WaitFor, rounds = 200): Promise<Joining> {
  let begun = 0;
  let lost = 0;
  await lab(`slow joiner: ${waitFor}`, async ({ signal }) => {
    setMaxListeners(0, signal); // every round listens to it
    const context = new Context();
    const line = async () => {
      while (begun++ < rounds) if (!(await isHeard(waitFor, context, signal))) lost++;
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, line));
  });
  return { waitFor, rounds, lost };
}

/** One round; tells whether the message was heard. */
async function isHeard(waitFor: WaitFor, context: Context, signal: AbortSignal): Promise<boolean> {
  let first = "";
  await withSockets(signal, async (open) => {
    const settings = { context, linger: 0 };
    const publisher = open(
      waitFor === "subscription" ? new XPublisher(settings) : new Publisher(settings),
    );
    const handshake = new Promise((resolve) => publisher.events.on("handshake", resolve));
    await publisher.bind("tcp://127.0.0.1:*");
    const cable = await SlowLink.to(publisher.lastEndpoint!, DISTANCE_MS);
    try {
      const subscriber = open(new Subscriber(settings));
      subscriber.connect(cable.address);
      subscriber.subscribe("");
      if (waitFor === "handshake") await unlessAborted(handshake, signal);
      if (publisher instanceof XPublisher) await publisher.receive();
      await publisher.send("the message");
      first = await firstHeard(publisher, subscriber);
    } finally {
      await cable.close();
    }
  });
  return first === "the message";
}

/** Publishes until the subscriber hears something: when that is not the message, the message is lost for certain. */
async function firstHeard(
  publisher: Publisher | XPublisher,
  subscriber: Subscriber,
): Promise<string> {
  let first = "";
  const hearing = subscriber.receive().then(([frame]) => (first = String(frame)));
  while (first === "" && !publisher.closed) {
    await publisher.send("afterwards");
    await delay(1);
  }
  return hearing;
}
