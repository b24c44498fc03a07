/** What the agents of a broadcast report, and how they sum up. */
import type { FrameProblem } from "../../messages/codec";
import type { JsonValue } from "../../messages/json-value";
import type { Outcome } from "../events";
import type { Stamp } from "../stamp";

/** How a publisher's run ended. */
export interface PublisherSummary {
  outcome: Outcome;
  /** What it called itself in its messages: its name, and something that no other run has. */
  publisherId: string;
  published: number;
  /** Subscriptions that stood before the first update. */
  subscriptions: number;
  framesRejected: number;
  durationMs: number;
}

/** How a subscriber's run ended. */
export interface SubscriberSummary {
  outcome: Outcome;
  subscriberId: string;
  /** Updates, without those that came twice. */
  received: number;
  /** Places where updates are missing from what was heard, */
  gaps: number;
  /** and how many are missing there. Until something follows on the same topic, a loss does not show. */
  missed: number;
  /** Updates that came before the first one heard of a publisher and topic: too early for it, or lost. */
  earlier: number;
  repeated: number;
  /**
   * The greatest age at which an update came, in milliseconds by the two clocks; the first of a publisher and
   * topic is not counted, as a last value cache may have kept it.
   */
  mostLagMs: number;
  framesRejected: number;
  durationMs: number;
}

/** How a last value cache's run ended. */
export interface LastValueCacheSummary {
  outcome: Outcome;
  /** Updates handed on as they came. */
  forwarded: number;
  /** Topics whose last update it knew. */
  topics: number;
  /** Times it told newcomers the present, */
  presents: number;
  /** and updates it repeated for that. */
  repeated: number;
  /** Updates on a topic that was one too many to keep; they were handed on all the same. */
  notKept: number;
  framesRejected: number;
  durationMs: number;
}

/** Who listens, and who does not any more; `subscriptions` is how many there are now, one for each topic of each subscriber. */
export type AudienceEvent = Stamp &
  (
    | { type: "subscription-received"; topic: string; subscriptions: number }
    | { type: "subscription-ended"; topic: string; subscriptions: number }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
  );

/** A publisher, by the name in its messages, and the topic it spoke on. */
interface Source {
  topic: string;
  publisher: string;
}

/** What a publisher reports. */
export type PublisherEvent =
  | AudienceEvent
  | (Stamp &
      (
        | { type: "listening"; addresses: string[] }
        | { type: "update-sent"; topic: string; sequence: number; data: JsonValue }
        | { type: "finished"; summary: PublisherSummary }
      ));

/** What a subscriber reports. */
export type SubscriberEvent = Stamp &
  (
    | { type: "publishers-connected"; connected: number }
    /** Before the first update of a publisher on a topic: `earlier` ones were not heard. */
    | ({ type: "topic-joined"; earlier: number } & Source)
    | ({ type: "update-received"; sequence: number; data: JsonValue; lagMs: number } & Source)
    | ({ type: "gap"; expected: number; got: number; missed: number } & Source)
    | ({ type: "update-repeated"; sequence: number } & Source)
    | ({ type: "too-slow"; lagMs: number; maxLagMs: number } & Source)
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: SubscriberSummary }
  );

/** What a last value cache reports. */
export type LastValueCacheEvent =
  | AudienceEvent
  | (Stamp &
      (
        | { type: "listening"; addresses: string[] }
        | { type: "publishers-connected"; connected: number }
        | ({ type: "update-forwarded"; sequence: number } & Source)
        | ({ type: "update-not-kept"; maxTopics: number } & Source)
        /** To whoever subscribed to these topics: newcomers, and who had done so before. */
        | { type: "present-sent"; topics: string[]; updates: number }
        | { type: "finished"; summary: LastValueCacheSummary }
      ));
