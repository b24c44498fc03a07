/** A publisher, and listeners who have asked for different topics: who hears what? */
import { publisherAgent } from "../../agents/broadcast/publisher";
import { subscriberAgent } from "../../agents/broadcast/subscriber";
import { withoutCovered, type Update } from "../../messages/broadcast";
import type { Lab } from "../lab/room";

/** The topics on which each heard something. */
export type HeardTopics = Record<string, string[]>;

/** After an update on this topic, everybody leaves. */
const END = "end.";

/**
 * Tells something once on each of `topics`, when all listeners have subscribed. `listeners` gives the
 * topics that each has asked for.
 */
export async function whoHears(
  { signal, use }: Lab,
  topics: readonly string[],
  listeners: Record<string, string[]>,
): Promise<HeardTopics> {
  const heard: HeardTopics = {};
  const listening: Promise<unknown>[] = [];
  const listen = (subscriberId: string, topics: string[], broadcastAddr: string) => {
    const own = (heard[subscriberId] = [] as string[]);
    const onUpdate = ({ topic }: Update) => void (topic === END || own.push(topic));
    const ending = { untilTopic: END, topics: [...topics, END] };
    return use(subscriberAgent({ ...ending, subscriberId, broadcastAddr, onUpdate, signal }));
  };
  const subscriptions = Object.values(listeners).map((own) => withoutCovered([...own, END]).length);
  await publisherAgent({
    ...{ broadcastAddr: "tcp://127.0.0.1:*", signal },
    updates: tellAll([...topics, END], listening),
    subscribers: subscriptions.reduce((sum, count) => sum + count, 0),
    onEvent(event) {
      if (event.type !== "listening") return;
      for (const [name, own] of Object.entries(listeners))
        listening.push(listen(name, own, event.addresses[0]!));
    },
  });
  return heard;
}

async function* tellAll(topics: string[], listening: Promise<unknown>[]): AsyncGenerator<Update> {
  for (const topic of topics) yield { topic, data: "news" };
  await Promise.all(listening); // a publisher that leaves at once is missed by who has not found it yet
}

/** A row for each topic, with a tick for each who has heard it. */
export function heardRows(topics: readonly string[], heard: HeardTopics): Record<string, string>[] {
  return topics.map((topic) => ({
    topic,
    ...Object.fromEntries(
      Object.entries(heard).map(([name, own]) => [name, own.includes(topic) ? "✔" : ""]),
    ),
  }));
}
