/**
 * Takes requests from clients and gives each to a worker that is free: the Majordomo Protocol.
 *
 *     clients DEALER ──requests──▶ ROUTER broker ROUTER ──requests──▶ DEALER workers
 *     clients DEALER ◀──answers─── ROUTER broker ROUTER ◀──answers─── DEALER workers
 *
 *     npx ts-node src/agents/majordomo/broker.ts
 *
 * Speaks rfc.zeromq.org/spec/18 (MDP 0.2), spec/7 (0.1) and spec/8 (MMI), told apart by the header.
 */
import { Router } from "zeromq";
import { BROKER_ADDR, checkAddress } from "../../transport/addresses";
import { LONGEST_MS } from "../../transport/patience";
import { Outbox } from "../../transport/outbox";
import { bindSocket, STOPPED_LINGER_MS, withSockets } from "../../transport/sockets";
import { flag, runStandalone } from "../command-line";
import type { OnEvent, Outcome } from "../events";
import {
  checkDurations,
  checkTimeLimits,
  checkWholeNumbers,
  HANG_UP_FACTOR,
  withDefaults,
  withHeartbeatDefaults,
  type AgentOptions,
  type HeartbeatOptions,
} from "../options";
import { createReporter } from "../stamp";
import { Dispatcher, type DispatcherOutside } from "./broker/dispatcher";
import type { MajordomoBrokerEvent, MajordomoBrokerSummary } from "./events";
import { majordomoFlag } from "./flags";
import { Reception } from "./broker/reception";

/** Options of {@link majordomoBrokerAgent}. */
export interface MajordomoBrokerOptions
  extends
    Pick<AgentOptions, "signal" | "codec" | "maxFrameBytes" | "context" | "clock">,
    HeartbeatOptions {
  /** Where to bind. Default: BROKER_ADDR. */
  brokerAddr?: string;
  /**
   * How long a worker that holds a request may be silent, in milliseconds. Default: heartbeatMs · liveness.
   * Give more to workers that cannot send heartbeats while they work, such as the Guide's.
   */
  busySilenceMs?: number;
  /**
   * How long a worker may hold a request without a partial or final answer, in milliseconds: then it goes to
   * another, heartbeats or not. Default: 60 000.
   */
  requestTimeoutMs?: number;
  /** How long a request waits for a service that has no worker, in milliseconds, then until the next heartbeat. Default: 60 000. */
  serviceTimeoutMs?: number;
  /**
   * How many workers a request may cost that had begun with it, before it is a dead letter. Default: 3. A
   * loss counts when the worker had been heard since it got the request, and held no other. From its second
   * loss on a request is tried alone, by a worker that holds nothing else, and then each counts: one that
   * kills before it is heard, or among others, costs two more at the most.
   */
  maxAttempts?: number;
  /** To how many workers a request is given at the most, begun or not. Default: 20. */
  maxDeliveries?: number;
  /**
   * How many requests may be unanswered at a time; more are refused as "Overloaded". Default: 100 000. The
   * answers to a client that does not read wait in memory besides.
   */
  maxRequests?: number;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<MajordomoBrokerEvent>;
}

/**
 * Serves clients and workers until it is stopped. A worker that is lost is noticed within
 * heartbeatMs · (liveness + 1) (one that is silent at work within busySilenceMs + heartbeatMs), one that
 * is stuck within requestTimeoutMs + heartbeatMs, and its request goes to another. Whoever connects under
 * the identity of somebody who is there is refused by libzmq without a word: nothing of it comes through.
 * Stopped, it sends every worker a DISCONNECT; who has asked for something is not answered.
 * @throws Error when the address is taken.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function majordomoBrokerAgent(
  options: MajordomoBrokerOptions = {},
): Promise<MajordomoBrokerSummary> {
  const settings = readOptions(options);
  const { brokerAddr, heartbeatMs, signal, clock, report } = settings;
  const startedAt = clock();
  const over = new AbortController();
  const router = createRouter(settings);
  const outbox = new Outbox(router);
  const guard = createGuard(over);
  const post: DispatcherOutside["post"] = (address, frames, onGone) =>
    outbox.post([address, ...frames], () => guard(() => onGone(clock())));
  const dispatcher = new Dispatcher(settings, { post, report }, startedAt);
  const reception = new Reception(dispatcher, settings.maxFrameBytes, { post, report });

  await withSockets(over.signal, async (open) => {
    open(router);
    if (signal?.aborted) return;
    signal?.addEventListener("abort", () => void leave(dispatcher, outbox, over), { once: true });
    const address = await bindSocket(router, "brokerAddr", brokerAddr);
    report({ type: "listening", addresses: [address] });
    const heart = setInterval(() => guard(() => dispatcher.tick(clock())), heartbeatMs);
    try {
      for await (const [from, ...frames] of router)
        if (!signal?.aborted) reception.receive(from!, frames, clock());
    } finally {
      clearInterval(heart);
    }
  });
  if (over.signal.reason instanceof Failure) throw over.signal.reason.cause;

  const outcome: Outcome = "stopped";
  const { framesRejected } = reception;
  const durationMs = clock() - startedAt;
  const summary = { outcome, ...dispatcher.summary(), framesRejected, durationMs };
  report({ type: "finished", summary });
  return summary;
}

/**
 * What cannot be sent because its receiver is gone is an error (`mandatory`), and one that shows at once.
 * Nobody who is slow to read holds the others up: what waits for a peer has no limit but what it has asked for.
 */
function createRouter({ context, maxFrameBytes }: ReturnType<typeof readOptions>): Router {
  const maxMessageSize = maxFrameBytes * HANG_UP_FACTOR;
  const linger = STOPPED_LINGER_MS;
  // A peer whose machine is gone says nothing for ever: after 90 s the system takes its connection down.
  const keepalive = {
    tcpKeepalive: 1,
    tcpKeepaliveIdle: 60,
    tcpKeepaliveInterval: 10,
    tcpKeepaliveCount: 3,
  };
  const prompt = { mandatory: true, sendTimeout: 0, sendHighWaterMark: 0 };
  return new Router({ context, maxMessageSize, linger, ...keepalive, ...prompt });
}

/** Sends every worker a DISCONNECT, then ends the run. */
async function leave(dispatcher: Dispatcher, outbox: Outbox, over: AbortController) {
  dispatcher.close();
  await outbox.flush();
  over.abort();
}

/** Why a run ended, when it was not told to. */
class Failure {
  constructor(readonly cause: unknown) {}
}

/** Wraps what runs beside the agent's loop: what it throws (an `onEvent` may) ends the run like an error of the loop. */
function createGuard(over: AbortController) {
  return (step: () => void): void => {
    try {
      step();
    } catch (error) {
      over.abort(new Failure(error));
    }
  };
}

function readOptions(options: MajordomoBrokerOptions) {
  const {
    brokerAddr = BROKER_ADDR,
    requestTimeoutMs = 60_000,
    serviceTimeoutMs = 60_000,
  } = options;
  const { maxAttempts = 3, maxDeliveries = 20, maxRequests = 100_000 } = options;
  const { heartbeatMs, liveness } = withHeartbeatDefaults(options);
  const silenceMs = heartbeatMs * liveness;
  const { busySilenceMs = silenceMs } = options;
  checkDurations({ serviceTimeoutMs });
  checkTimeLimits({ requestTimeoutMs, busySilenceMs });
  checkDurations({ heartbeatMs }, LONGEST_MS);
  checkAddress("brokerAddr", brokerAddr);
  checkWholeNumbers(1, { maxAttempts, maxDeliveries, maxRequests });
  const shared = withDefaults(options);
  const report = createReporter("Broker", shared.clock, options.onEvent);
  const policy = { silenceMs, busySilenceMs, requestTimeoutMs, serviceTimeoutMs };
  return {
    ...shared,
    ...policy,
    brokerAddr,
    heartbeatMs,
    maxAttempts,
    maxDeliveries,
    maxRequests,
    report,
  };
}

if (require.main === module) {
  const { brokerAddr, heartbeatMs, liveness, busySilenceMs } = majordomoFlag;
  const { requestTimeoutMs, serviceTimeoutMs, maxAttempts } = majordomoFlag;
  const flags = [brokerAddr, heartbeatMs, liveness, busySilenceMs];
  void runStandalone(
    "majordomo-broker",
    "Gives each request of a client to a worker that is free.",
    [...flags, requestTimeoutMs, serviceTimeoutMs, maxAttempts, flag.codec],
    majordomoBrokerAgent,
  );
}
