/** The events of the broadcast agents as lines for a person. */
import { plural, short } from "../words";
import type {
  LastValueCacheEvent,
  LastValueCacheSummary,
  PublisherEvent,
  PublisherSummary,
  SubscriberEvent,
  SubscriberSummary,
} from "./events";

type BroadcastSummary = PublisherSummary | SubscriberSummary | LastValueCacheSummary;

/** Events whose words are the same for the agents of the pipeline. */
type Shared = "listening" | "frame-rejected" | "finished";

/** What only a broadcast agent reports. */
type BroadcastEvent = Exclude<
  PublisherEvent | SubscriberEvent | LastValueCacheEvent,
  { type: Shared }
>;

const words: {
  [Type in BroadcastEvent["type"]]: (event: Extract<BroadcastEvent, { type: Type }>) => string;
} = {
  "subscription-received": ({ topic, subscriptions }) =>
    `somebody listens to ${named(topic)}: ${plural(subscriptions, "subscription")}`,
  "subscription-ended": ({ topic, subscriptions }) =>
    `somebody has left ${named(topic)}: ${plural(subscriptions, "subscription")}`,
  "update-sent": ({ topic, sequence, data }) => `${topic} ${sequence}: ${short(data)}`,
  "publishers-connected": ({ connected }) => `${plural(connected, "publisher")} connected`,
  "topic-joined": ({ topic, publisher, earlier }) =>
    `hears ${topic} of ${publisher}, ${earlier === 0 ? "from the first update on" : `after ${plural(earlier, "update")}`}`,
  "update-received": ({ topic, sequence, data }) => `${topic} ${sequence}: ${short(data)}`,
  gap: ({ topic, expected, got, missed }) =>
    `missed ${plural(missed, "update")} on ${topic}: expected ${expected}, got ${got}`,
  "update-repeated": ({ topic, sequence }) => `heard ${topic} ${sequence} before`,
  "too-slow": ({ topic, lagMs, maxLagMs }) =>
    `gives up: ${topic} came ${Math.round(lagMs)} ms late, the limit is ${maxLagMs}`,
  "update-forwarded": ({ topic, sequence }) => `${topic} ${sequence} handed on`,
  "update-not-kept": ({ topic, maxTopics }) =>
    `does not keep ${topic}: it has ${plural(maxTopics, "topic")} already`,
  "present-sent": ({ topics, updates }) =>
    `told the present of ${topics.map(named).join(", ")}: ${plural(updates, "update")}`,
};

/** Tells the events that only a broadcast agent reports from others: by their type, and Clone's gaps have no topic. */
export function isBroadcastEvent(event: { type: string }): event is BroadcastEvent {
  return Object.hasOwn(words, event.type) && (event.type !== "gap" || "topic" in event);
}

/** Says such an event in a line. */
export function describeBroadcast(event: BroadcastEvent): string {
  const say = words[event.type] as (event: BroadcastEvent) => string;
  return say(event);
}

/** Tells a broadcast agent's summary from others. */
export function isBroadcastSummary(summary: object): summary is BroadcastSummary {
  return "published" in summary || "earlier" in summary || "presents" in summary;
}

/** Says in a line how a broadcast agent's run ended. */
export function describeBroadcastSummary(summary: BroadcastSummary, seconds: string): string {
  const { outcome } = summary;
  if ("published" in summary)
    return `${outcome}: ${plural(summary.published, "update")} to ${plural(summary.subscriptions, "subscription")} in ${seconds}`;
  if ("earlier" in summary) {
    const { received, missed, gaps, repeated } = summary;
    return `${outcome}: ${plural(received, "update")} in ${seconds}, ${missed} missed in ${plural(gaps, "gap")}, ${repeated} repeated`;
  }
  const { forwarded, topics, repeated, presents } = summary;
  return `${outcome}: ${plural(forwarded, "update")} on ${plural(topics, "topic")} in ${seconds}, ${repeated} repeated for ${plural(presents, "present")}`;
}

function named(topic: string): string {
  return topic === "" ? "everything" : `"${topic}"`;
}
