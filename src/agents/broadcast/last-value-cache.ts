/**
 * Hands updates on, and tells whoever comes late the last one of each topic: the present, at once.
 *
 *     publishers XPUB ──updates──▶ SUB cache XPUB ──updates──▶ SUB subscribers
 *
 *     npx ts-node src/agents/broadcast/last-value-cache.ts
 *
 * What it cannot do (the Clone pattern can, src/agents/clone):
 * - An XPUB cannot speak to one subscriber alone: whoever asked for the same topic hears its last update
 *   again, with the number it had, and drops it.
 * - Restarted, it knows nothing until somebody speaks: a topic that is silent stays unknown. Nor does it
 *   know that a publisher is gone: what that said last remains the present.
 * - It does not say where the present ends and the stream begins, nor that a topic has no value, and the
 *   loss of a last update shows to nobody.
 */
import { XPublisher, type Subscriber } from "zeromq";
import { parseUpdateMessage } from "../../messages/broadcast";
import { BROADCAST_ADDR, checkAddress, LAST_VALUE_ADDR } from "../../transport/addresses";
import { Outbox } from "../../transport/outbox";
import { bindSocket, LINGER_MS, withSockets } from "../../transport/sockets";
import { flag, runStandalone } from "../command-line";
import type { OnEvent } from "../events";
import { checkWholeNumbers, HANG_UP_FACTOR, withDefaults, type AgentOptions } from "../options";
import { createReporter } from "../stamp";
import { Audience } from "./audience";
import type { LastValueCacheEvent, LastValueCacheSummary } from "./events";
import { broadcastFlag } from "./flags";
import { LastValues, type UpdateFrames } from "./last-value-cache/last-values";
import { listenTo, readAddresses } from "./listening";

/** Options of {@link lastValueCacheAgent}. */
export interface LastValueCacheOptions extends Omit<
  AgentOptions,
  "codec" | "peerTimeoutMs" | "startTimeoutMs"
> {
  /** Where the publishers are, or other caches. Default: BROADCAST_ADDR. */
  broadcastAddr?: string | readonly string[];
  /** Where to bind for subscribers. Default: LAST_VALUE_ADDR. */
  lastValueAddr?: string;
  /**
   * How many topics it keeps an update of; those of one more are handed on, but not kept. So many may
   * queue for one subscriber besides the `highWaterMark`. Default: 10 000.
   */
  maxTopics?: number;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<LastValueCacheEvent>;
}

/**
 * Serves subscribers until it is stopped, whether or not there are publishers. Give subscribers its
 * address as their `broadcastAddr`.
 * @throws Error when the address is taken.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function lastValueCacheAgent(
  options: LastValueCacheOptions = {},
): Promise<LastValueCacheSummary> {
  const settings = readOptions(options);
  const { lastValueAddr, broadcastAddr, maxTopics, signal, clock, report } = settings;
  const startedAt = clock();
  const summary: LastValueCacheSummary = {
    outcome: "stopped",
    ...{ forwarded: 0, topics: 0, presents: 0, repeated: 0, notKept: 0 },
    framesRejected: 0,
    durationMs: 0,
  };

  await withSockets(signal, async (open) => {
    const { context, highWaterMark, maxFrameBytes } = settings;
    const socket = open(
      new XPublisher({
        ...{ context, verbosity: "allSubsUnsubs", linger: LINGER_MS },
        // A newcomer gets them all at once, and what is too much for its queue would be dropped.
        ...{ sendHighWaterMark: highWaterMark + maxTopics },
        maxMessageSize: maxFrameBytes * HANG_UP_FACTOR,
      }),
    );
    const audience = new Audience(socket, (event) => {
      if (event.type === "frame-rejected") summary.framesRejected++;
      report(event);
    });
    const values = new LastValues(maxTopics);
    const cache: Cache = { settings, summary, values, outbox: new Outbox(socket) };
    const address = await bindSocket(socket, "lastValueAddr", lastValueAddr);
    report({ type: "listening", addresses: [address] });
    const { socket: updates, publishers } = listenTo(open, settings, broadcastAddr, [""]);
    publishers.onChange(() =>
      report({ type: "publishers-connected", connected: publishers.connected }),
    );
    await Promise.all([
      audience.serve((topics) => tellPresent(cache, topics)),
      forward(cache, updates),
    ]);
  });

  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

/** What the two loops of a cache share. */
interface Cache {
  settings: Settings;
  summary: LastValueCacheSummary;
  values: LastValues;
  outbox: Outbox;
}

/** Hands updates on as they came, and keeps the last of each topic. */
async function forward(cache: Cache, updates: Subscriber): Promise<void> {
  const { settings, summary, values, outbox } = cache;
  const { maxFrameBytes, maxTopics, report } = settings;
  for await (const frames of updates) {
    const parsed = parseUpdateMessage(frames, maxFrameBytes);
    if (!parsed.ok) {
      summary.framesRejected++;
      report({ type: "frame-rejected", code: parsed.code, reason: parsed.reason });
      continue;
    }
    const { topic, publisher_id: publisher, sequence } = parsed.message;
    if (!values.keep(topic, parsed.message, frames as UpdateFrames)) {
      summary.notKept++;
      report({ type: "update-not-kept", topic, publisher, maxTopics });
    }
    summary.topics = values.size;
    outbox.post(frames);
    await outbox.flush();
    summary.forwarded++;
    report({ type: "update-forwarded", topic, publisher, sequence });
  }
}

/**
 * Sends the last update of every topic that newcomers asked for. The subscription stands already: what is
 * told from now on, they hear anyway; so the two overlap, by the numbers, and nothing falls between.
 */
async function tellPresent(cache: Cache, topics: readonly Buffer[]): Promise<void> {
  const { settings, summary, values, outbox } = cache;
  const known = values.startingWith(topics);
  for (const frames of known) outbox.post(frames);
  await outbox.flush();
  summary.presents++;
  summary.repeated += known.length;
  const names = [...new Set(topics.map(String))];
  settings.report({ type: "present-sent", topics: names, updates: known.length });
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: LastValueCacheOptions) {
  const { broadcastAddr = BROADCAST_ADDR, lastValueAddr = LAST_VALUE_ADDR } = options;
  const { maxTopics = 10_000 } = options;
  checkAddress("lastValueAddr", lastValueAddr);
  checkWholeNumbers(1, { maxTopics });
  const shared = withDefaults(options);
  const report = createReporter("Cache", shared.clock, options.onEvent);
  return {
    ...shared,
    broadcastAddr: readAddresses(broadcastAddr),
    lastValueAddr,
    maxTopics,
    report,
  };
}

if (require.main === module) {
  const { publisherAddrs, lastValueAddr, maxTopics } = broadcastFlag;
  void runStandalone(
    "last-value-cache",
    "Hands updates on, and tells newcomers the last one of each topic.",
    [publisherAddrs, lastValueAddr, maxTopics, flag.highWaterMark],
    lastValueCacheAgent,
  );
}
