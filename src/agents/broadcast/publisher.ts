/**
 * Tells updates, by topic, to whoever listens.
 *
 *     publisher XPUB ──updates──▶ SUB subscribers
 *     publisher XPUB ◀──subscriptions── SUB subscribers
 *
 *     npx ts-node src/agents/broadcast/publisher.ts --topic status.Generator --subscribers 1
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { XPublisher } from "zeromq";
import { createUpdateMessage, encodeUpdateMessage, type Update } from "../../messages/broadcast";
import { BROADCAST_ADDR, checkAddress } from "../../transport/addresses";
import { LONGEST_MS } from "../../transport/patience";
import { bindSocket, LINGER_MS, withSockets } from "../../transport/sockets";
import { flag, runStandalone } from "../command-line";
import type { OnEvent } from "../events";
import {
  checkDurations,
  checkName,
  checkWholeNumbers,
  HANG_UP_FACTOR,
  withDefaults,
  type AgentOptions,
} from "../options";
import { createReporter } from "../stamp";
import { Audience } from "./audience";
import type { PublisherEvent, PublisherSummary } from "./events";
import { broadcastFlag } from "./flags";
import { untilStopped } from "./publisher/until-stopped";

/** Options of {@link publisherAgent}. */
export interface PublisherOptions extends Omit<AgentOptions, "codec" | "peerTimeoutMs"> {
  /** The publisher's name. Its messages bear this name and something new each time it is started. Default: "1". */
  publisherId?: string;
  /** What to tell: so many updates made by `createUpdate`, or whatever this yields. Default: 10. */
  updates?: number | Iterable<Update> | AsyncIterable<Update>;
  /** Update `n`, counted from 1. Default: "Update_1", "Update_2", … on the topic "status.Generator". */
  createUpdate?: (n: number) => Update | Promise<Update>;
  /** The pause after each update, in milliseconds. Default: 100, or 0 when `updates` yields them. */
  pauseMs?: number;
  /**
   * How many subscriptions must stand before the first update, one for each topic of each subscriber
   * (`subscriberAgent` leaves out a topic that another one covers). Who is counted misses nothing.
   * Default: 0, which is blindly: whoever has not subscribed by then misses what was told before.
   */
  subscribers?: number;
  /** Where to bind. Default: BROADCAST_ADDR. */
  broadcastAddr?: string;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<PublisherEvent>;
}

/**
 * Waits for its subscribers, tells them all there is to tell, and ends when that has been handed over to
 * libzmq, which goes on delivering for LINGER_MS. It waits for nobody who is slow: what exceeds a
 * subscriber's `highWaterMark` is dropped for that subscriber alone, which sees the gap in the numbers.
 * @throws Error when the address is taken, or too few subscribe within `startTimeoutMs`.
 * @throws RangeError or TypeError when an option is wrong, or an update cannot be encoded.
 */
export async function publisherAgent(options: PublisherOptions = {}): Promise<PublisherSummary> {
  const settings = readOptions(options);
  const { subscribers, startTimeoutMs, signal, clock, report } = settings;
  const startedAt = clock();
  const summary: PublisherSummary = {
    outcome: "stopped",
    publisherId: `Publisher-${settings.publisherId}-${randomUUID().slice(0, 8)}`,
    published: 0,
    subscriptions: 0,
    framesRejected: 0,
    durationMs: 0,
  };

  await withSockets(signal, async (open) => {
    const { context, highWaterMark, maxFrameBytes, broadcastAddr } = settings;
    const socket = open(
      new XPublisher({
        ...{ context, verbosity: "allSubsUnsubs", linger: LINGER_MS },
        ...{ sendHighWaterMark: highWaterMark, maxMessageSize: maxFrameBytes * HANG_UP_FACTOR },
      }),
    );
    const audience = new Audience(socket, (event) => {
      if (event.type === "frame-rejected") summary.framesRejected++;
      report(event);
    });
    const address = await bindSocket(socket, "broadcastAddr", broadcastAddr);
    report({ type: "listening", addresses: [address] });
    await audience.serveWhile(async () => {
      await audience.wait(subscribers, startTimeoutMs, signal);
      summary.subscriptions = audience.size;
      await publishAll(settings, socket, summary);
      summary.outcome = "complete";
    });
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

/** Numbers the updates, for each topic from 1, and sends them: an XPUB never makes its sender wait. */
async function publishAll(
  { source, pauseMs, maxFrameBytes, signal, clock, report }: Settings,
  socket: XPublisher,
  summary: PublisherSummary,
): Promise<void> {
  const sequences = new Map<string, number>();
  for await (const update of untilStopped(source, signal)) {
    const { topic, data } = update;
    const sequence = (sequences.get(topic) ?? 0) + 1;
    const message = createUpdateMessage(update, summary.publisherId, sequence, clock());
    await socket.send(encodeUpdateMessage(message, maxFrameBytes));
    sequences.set(topic, sequence);
    summary.published++;
    report({ type: "update-sent", topic, sequence, data });
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
  }
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: PublisherOptions) {
  const { publisherId = "1", updates = 10, createUpdate = demonstrationUpdate } = options;
  const { subscribers = 0, broadcastAddr = BROADCAST_ADDR } = options;
  const { pauseMs = typeof updates === "number" ? 100 : 0 } = options;
  checkName("publisherId", publisherId);
  checkWholeNumbers(0, { subscribers });
  checkDurations({ pauseMs }, LONGEST_MS);
  checkAddress("broadcastAddr", broadcastAddr);
  const source = sourceOf(updates, createUpdate);
  const shared = withDefaults(options);
  const report = createReporter(`Publisher-${publisherId}`, shared.clock, options.onEvent);
  return { ...shared, publisherId, source, pauseMs, subscribers, broadcastAddr, report };
}

function sourceOf(
  updates: NonNullable<PublisherOptions["updates"]>,
  createUpdate: (n: number) => Update | Promise<Update>,
): Iterable<Update> | AsyncIterable<Update> {
  if (typeof updates === "object" && updates !== null) return updates;
  checkWholeNumbers(0, { updates });
  return createUpdates(updates, createUpdate);
}

async function* createUpdates(
  count: number,
  createUpdate: (n: number) => Update | Promise<Update>,
) {
  for (let n = 1; n <= count; n++) yield await createUpdate(n);
}

/** What the demonstration tells: "Update_1" first. */
function demonstrationUpdate(n: number, topic = "status.Generator"): Update {
  return { topic, data: `Update_${n}` };
}

if (require.main === module) {
  const { publisherId, topic, updates, pauseMs, subscribers, broadcastAddr } = broadcastFlag;
  const flags = [publisherId, topic, updates, pauseMs, subscribers, broadcastAddr];
  void runStandalone(
    "publisher",
    "Tells updates to whoever listens.",
    [...flags, flag.startTimeoutMs, flag.highWaterMark],
    async ({ topic: given, ...options }: PublisherOptions & { topic?: string }) =>
      publisherAgent({ ...options, createUpdate: (n) => demonstrationUpdate(n, given) }),
  );
}
