/**
 * Listens to the updates of publishers, and notices what is missing.
 *
 *     publisher XPUB ──updates──▶ SUB subscriber
 *
 *     npx ts-node src/agents/broadcast/subscriber.ts --topic status.
 */
import type { Subscriber } from "zeromq";
import { parseUpdateMessage, withoutCovered, type UpdateMessage } from "../../messages/broadcast";
import { BROADCAST_ADDR } from "../../transport/addresses";
import type { Connections } from "../../transport/connections";
import { receiveUntil, unlessAborted } from "../../transport/patience";
import { withSockets } from "../../transport/sockets";
import { flag, runStandalone } from "../command-line";
import type { OnEvent, Outcome } from "../events";
import {
  checkDurations,
  checkName,
  checkWholeNumbers,
  withDefaults,
  type AgentOptions,
} from "../options";
import { createReporter } from "../stamp";
import type { SubscriberEvent, SubscriberSummary } from "./events";
import { broadcastFlag } from "./flags";
import { listenTo, readAddresses } from "./listening";
import { Continuity, type Standing } from "./subscriber/continuity";
import { checkTopics } from "./subscriber/topic-options";

/** Options of {@link subscriberAgent}. */
export interface SubscriberOptions extends Omit<AgentOptions, "codec"> {
  /** The subscriber's name. Default: "1". */
  subscriberId?: string;
  /**
   * How the topics begin that it wants to hear; "status.Worker-1" hears "status.Worker-10" as well, and ""
   * hears all. Default: [""].
   */
  topics?: readonly string[];
  /** Does something with an update; the next one is not read before that is done. What it throws ends the agent. */
  onUpdate?: (update: UpdateMessage) => unknown;
  /** Ends it after so many updates. Default: never. */
  updates?: number;
  /** Ends it after an update on exactly this topic. Default: never. */
  untilTopic?: string;
  /**
   * Ends it, as "too-slow", when an update comes at a greater age than this, in milliseconds (the Guide's Suicidal
   * Snail): what it would do then, it would do on old news. The age is by two clocks: on two machines
   * allow for their difference. Default: Infinity.
   */
  maxLagMs?: number;
  /** Where the publishers are, or last value caches. Default: BROADCAST_ADDR. */
  broadcastAddr?: string | readonly string[];
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<SubscriberEvent>;
}

/**
 * Hears each update once, tells where some are missing, and ends as its options say, or when every
 * publisher has been gone for `peerTimeoutMs`: a broadcast has no other end.
 * @throws Error when no publisher comes within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function subscriberAgent(options: SubscriberOptions = {}): Promise<SubscriberSummary> {
  const settings = readOptions(options);
  const { subscriberId, topics, broadcastAddr, startTimeoutMs, signal, clock, report } = settings;
  const startedAt = clock();
  const summary: SubscriberSummary = {
    outcome: "stopped",
    subscriberId,
    ...{ received: 0, gaps: 0, missed: 0, earlier: 0, repeated: 0, mostLagMs: 0 },
    framesRejected: 0,
    durationMs: 0,
  };

  await withSockets(signal, async (open) => {
    const { socket, publishers } = listenTo(open, settings, broadcastAddr, topics);
    publishers.onChange(() =>
      report({ type: "publishers-connected", connected: publishers.connected }),
    );
    summary.outcome = await hear(settings, socket, publishers, summary);
    // An update may be here before the word of the handshake: who has ended by it has met somebody.
    if (publishers.most > 0 || summary.outcome !== "publisher-lost") return;
    const places = broadcastAddr.join(" or ");
    throw new Error(
      `Waited ${startTimeoutMs} ms in vain for a publisher at ${places}. Is it running, and is that its address?`,
    );
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

/** Takes one message after the other; tells what ended it. */
async function hear(
  settings: Settings,
  socket: Subscriber,
  publishers: Connections,
  summary: SubscriberSummary,
): Promise<Outcome> {
  const { maxFrameBytes, startTimeoutMs, peerTimeoutMs, report } = settings;
  // Who has come and gone in a moment is nobody any more, and has said something all the same.
  const hasComeOnce = () => publishers.most > 0;
  const isOver = () => publishers.goneForMs > (hasComeOnce() ? peerTimeoutMs : startTimeoutMs);
  const continuity = new Continuity();
  for await (const frames of receiveUntil(socket, isOver, { multipart: true })) {
    const parsed = parseUpdateMessage(frames, maxFrameBytes);
    if (parsed.ok) {
      const ending = await take(settings, parsed.message, continuity, summary);
      if (ending) return ending;
    } else {
      summary.framesRejected++;
      report({ type: "frame-rejected", code: parsed.code, reason: parsed.reason });
    }
  }
  return "publisher-lost";
}

/** Takes an update; tells whether that was the end, and which. */
async function take(
  settings: Settings,
  update: UpdateMessage,
  continuity: Continuity,
  summary: SubscriberSummary,
): Promise<Outcome | undefined> {
  const { updates, untilTopic, maxLagMs, onUpdate, signal, clock, report } = settings;
  const { topic, publisher_id: publisher, sequence, data } = update;
  const lagMs = Math.max(0, clock() - update.timestamp * 1000);
  const standing = continuity.observe(update);
  note(settings, update, standing, summary);
  if (standing.is === "repeated") return undefined;
  if (standing.is !== "first") summary.mostLagMs = Math.max(summary.mostLagMs, lagMs);
  summary.received++;
  report({ type: "update-received", topic, publisher, sequence, data, lagMs });
  if (summary.mostLagMs > maxLagMs) {
    report({ type: "too-slow", topic, publisher, lagMs, maxLagMs });
    return "too-slow";
  }
  await unlessAborted(onUpdate(update), signal);
  return summary.received === updates || topic === untilTopic ? "complete" : undefined;
}

/** Counts and tells what the number of an update says of those before it. */
function note(
  { report }: Settings,
  { topic, publisher_id: publisher, sequence }: UpdateMessage,
  standing: Standing,
  summary: SubscriberSummary,
): void {
  switch (standing.is) {
    case "next":
      return;
    case "first":
      summary.earlier += standing.earlier;
      return report({ type: "topic-joined", topic, publisher, earlier: standing.earlier });
    case "repeated":
      summary.repeated++;
      return report({ type: "update-repeated", topic, publisher, sequence });
    case "after a gap": {
      const { expected, missed } = standing;
      summary.gaps++;
      summary.missed += missed;
      return report({ type: "gap", topic, publisher, expected, got: sequence, missed });
    }
  }
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: SubscriberOptions) {
  const { subscriberId = "1", topics = [""], onUpdate = () => {} } = options;
  const { updates, untilTopic, maxLagMs = Infinity, broadcastAddr = BROADCAST_ADDR } = options;
  checkName("subscriberId", subscriberId);
  checkTopics(topics, untilTopic);
  if (updates !== undefined) checkWholeNumbers(1, { updates });
  checkDurations({ maxLagMs });
  const shared = withDefaults(options);
  const report = createReporter(`Subscriber-${subscriberId}`, shared.clock, options.onEvent);
  const ending = { updates, untilTopic, maxLagMs };
  return {
    ...{ ...shared, ...ending, subscriberId, onUpdate, report },
    topics: withoutCovered(topics),
    broadcastAddr: readAddresses(broadcastAddr),
  };
}

if (require.main === module) {
  const { subscriberId, topics, updatesToHear, untilTopic, maxLagMs } = broadcastFlag;
  const flags = [subscriberId, topics, updatesToHear, untilTopic, maxLagMs];
  void runStandalone(
    "subscriber",
    "Listens to updates, and notices what is missing.",
    [
      ...[...flags, broadcastFlag.publisherAddrs],
      ...[flag.startTimeoutMs, flag.peerTimeoutMs, flag.highWaterMark],
    ],
    async ({ topic, ...options }: SubscriberOptions & { topic?: string[] }) =>
      subscriberAgent({ ...options, topics: topic }),
  );
}
