/** A publisher that waits for nobody, and a subscriber that works more slowly than that. */
import { setTimeout as delay } from "node:timers/promises";
import type { SubscriberSummary } from "../../agents/broadcast/events";
import { publisherAgent } from "../../agents/broadcast/publisher";
import { subscriberAgent } from "../../agents/broadcast/subscriber";
import type { AgentEvent, OnEvent, Outcome } from "../../agents/events";
import type { Update } from "../../messages/broadcast";
import { lab } from "../lab/lab";

/** How fast, how much, how patient. */
export interface SlowSubscriberOptions {
  /** How many updates to publish. Default: 3000. */
  messages?: number;
  /** How large each one is, in bytes: besides the queues, the system's own buffers hold some megabytes. Default: 20 000. */
  bytes?: number;
  /** How many may queue, at either end. Default: 100. */
  highWaterMark?: number;
  /** How long the subscriber works on one, in milliseconds. Default: 1. */
  workMs?: number;
  /** Makes the subscriber a Suicidal Snail: it ends when an update is older than that, in milliseconds. Default: Infinity. */
  maxLagMs?: number;
  /** Takes the events of both. Default: nobody does. */
  onEvent?: OnEvent;
}

/** What became of the updates: `received` + `noticed` + `unnoticed` = `sent`. */
export interface SlowSubscriberReport {
  outcome: Outcome;
  sent: number;
  received: number;
  /** Lost ones that the subscriber knows of, by the numbers, */
  noticed: number;
  /** and in how many places. */
  gaps: number;
  /** Sent after the last one that it received: nothing followed that would show them. */
  unnoticed: number;
  /** The age of the oldest news that it received, in milliseconds. */
  mostLagMs: number;
}

const TOPIC = "numbers.";
const END = "end.";

/** So many are published at a stretch, with a millisecond between two. */
const BURST = 20;

/** After so many looks without anything new, 10 ms apart, the queues are empty. */
const QUIET_LOOKS = 20;

/**
 * Publishes a stream, waits until the subscriber has worked off what came through, and publishes one
 * update more, so that a loss at the end shows as well. A snail that has given up hears no more.
 */
export function slowSubscriber(options: SlowSubscriberOptions = {}): Promise<SlowSubscriberReport> {
  const { messages = 3000, bytes = 20_000, highWaterMark = 100, workMs = 1, maxLagMs } = options;
  return lab("slow subscriber", async ({ signal, use }) => {
    const watch = new Watch(options.onEvent);
    const shared = { signal, highWaterMark, onEvent: watch.onEvent };
    const updates = stream(messages, "x".repeat(bytes), watch, signal);
    const publishing = use(
      publisherAgent({ ...shared, broadcastAddr: "tcp://127.0.0.1:*", subscribers: 2, updates }),
    );
    const broadcastAddr = await Promise.race([watch.address, publishing.then(() => "")]);
    const summary = await use(
      subscriberAgent({
        ...{ ...shared, broadcastAddr, maxLagMs, topics: [TOPIC, END], untilTopic: END },
        ...{ peerTimeoutMs: 500, onUpdate: () => delay(workMs, undefined, { signal }) },
      }),
    );
    watch.isOver = true;
    await publishing;
    return watch.report(summary);
  });
}

/** The updates: the stream, the one after the quiet, and the end. */
async function* stream(
  messages: number,
  data: string,
  watch: Watch,
  signal: AbortSignal,
): AsyncGenerator<Update> {
  for (let n = 1; n < messages; n++) {
    yield { topic: TOPIC, data };
    if (n % BURST === 0) await delay(1, undefined, { signal });
  }
  await watch.quiet(signal);
  yield { topic: TOPIC, data };
  yield { topic: END, data: null };
}

/** Keeps the books of both. */
class Watch {
  /** Whether the subscriber has ended. */
  isOver = false;
  readonly address: Promise<string>;
  #listening!: (address: string) => void;
  #sent = 0;
  #received = 0;
  #last = 0;

  constructor(private readonly forward: OnEvent = () => {}) {
    this.address = new Promise((resolve) => (this.#listening = resolve));
  }

  readonly onEvent = (event: AgentEvent): void => {
    this.forward(event);
    if (event.type === "listening") this.#listening(event.addresses[0]!);
    if (event.type === "update-sent" && event.topic === TOPIC) this.#sent++;
    if (event.type !== "update-received" || event.topic !== TOPIC) return;
    this.#received++;
    this.#last = event.sequence;
  };

  /** Resolves when the subscriber hears nothing new any more. */
  async quiet(signal: AbortSignal): Promise<void> {
    let before = this.#last;
    for (let looks = 0; looks < QUIET_LOOKS && !this.isOver; looks++) {
      await delay(10, undefined, { signal });
      if (this.#last !== before) looks = 0;
      before = this.#last;
    }
  }

  report({ outcome, missed, gaps, mostLagMs }: SubscriberSummary): SlowSubscriberReport {
    const unnoticed = this.#sent - this.#last;
    const numbers = { sent: this.#sent, received: this.#received, noticed: missed };
    return { outcome, ...numbers, gaps, unnoticed, mostLagMs };
  }
}
