/** What the options of all agents share, and the checks that turn a wrong value into a clear error. */
import { Context } from "zeromq";
import type { Codec } from "../messages/codec";
import { codecOf, type CodecName } from "../messages/codecs/named";
import { MAX_FRAME_BYTES, type Wire } from "../messages/frame";
import { MAX_NAME_LENGTH } from "../messages/schema";
import { wallClock } from "./stamp";

/**
 * One for all agents of this process: zeromq.js 6.8.0 gives a context's threads and file descriptors
 * back late or never. Not zeromq's global one: a notebook's kernel lives on that.
 */
const agentContext = new Context();

/** Options that every agent takes. */
export interface AgentOptions {
  /** Stops the agent: it closes its sockets and returns its summary. Stopping is not an error. */
  signal?: AbortSignal;
  /** How long to wait for the others at the beginning, in milliseconds. Default: 60 000. */
  startTimeoutMs?: number;
  /** How long a neighbour may be gone before the agent ends without it, in milliseconds. Default: 5000. */
  peerTimeoutMs?: number;
  /** How many messages libzmq may queue for one peer (the high-water mark). Default: 1000. */
  highWaterMark?: number;
  /** The payload format, by name or one of your own; all agents that talk to each other need the same. Default: "json". */
  codec?: Codec | CodecName;
  /** The largest message to accept, in bytes, all its frames together. Default: MAX_FRAME_BYTES, 1 MiB. */
  maxFrameBytes?: number;
  /** The ZeroMQ context of the sockets. Default: one that all agents share, apart from zeromq's global one. */
  context?: Context;
  /** The time, in milliseconds since 1970. Default: the wall clock. */
  clock?: () => number;
}

/** The same, with every default filled in. */
export type AgentSettings = Required<Omit<AgentOptions, "signal" | "codec">> &
  Pick<AgentOptions, "signal"> &
  Wire;

/**
 * A message over `maxFrameBytes` is refused with a reason, but by then it is in memory. On whoever sends
 * a frame this many times larger libzmq itself hangs up.
 */
export const HANG_UP_FACTOR = 16;

/**
 * Fills in the defaults and checks the values.
 * @throws RangeError or TypeError naming the option that is wrong.
 */
export function withDefaults(options: AgentOptions): AgentSettings {
  const { startTimeoutMs = 60_000, peerTimeoutMs = 5000, highWaterMark = 1000 } = options;
  const { maxFrameBytes = MAX_FRAME_BYTES, clock = wallClock } = options;
  checkDurations({ startTimeoutMs, peerTimeoutMs });
  checkWholeNumbers(1, { highWaterMark, maxFrameBytes });
  const { context = agentContext } = options;
  const codec = codecOf(options.codec ?? "json");
  // A signal of its own, so that the listeners of many agents do not pile up on the caller's.
  const signal = options.signal && AbortSignal.any([options.signal]);
  const patience = { startTimeoutMs, peerTimeoutMs };
  return { signal, ...patience, highWaterMark, codec, maxFrameBytes, context, clock };
}

/** Checks options that count something, at the most `most`. @throws RangeError naming the option and its value. */
export function checkWholeNumbers(
  least: number,
  options: Record<string, number>,
  most = Infinity,
): void {
  const range = most === Infinity ? `from ${least} up` : `from ${least} to ${most}`;
  for (const [name, value] of Object.entries(options)) {
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    throw new RangeError(
      `Cannot use ${name} as it must be a whole number ${range}: current value is ${value}`,
    );
  }
}

/**
 * Checks options that are milliseconds, at the most `most`: Infinity will do for a time limit, not for a delay.
 * @throws RangeError naming the option and its value.
 */
export function checkDurations(options: Record<string, number>, most = Infinity): void {
  checkMilliseconds(0, options, most);
}

/** Checks time limits that must not be over before anything can happen. @throws RangeError naming the option and its value. */
export function checkTimeLimits(options: Record<string, number>): void {
  checkMilliseconds(1, options, Infinity);
}

function checkMilliseconds(least: number, options: Record<string, number>, most: number): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && value >= least && value <= most) continue;
    throw new RangeError(
      `Cannot use ${name} as it must be milliseconds, ${least} to ${most}: current value is ${value}`,
    );
  }
}

/** Checks a name that goes over the wire. @throws TypeError naming the option and its value. */
export function checkName(option: string, name: string): void {
  if (typeof name === "string" && name.length > 0 && name.length <= MAX_NAME_LENGTH) return;
  throw new TypeError(
    `Cannot use ${option} as it must be a text of 1 to ${MAX_NAME_LENGTH} characters: current value is ${JSON.stringify(name)}`,
  );
}

/** How the two ends of a Majordomo conversation notice that the other is gone (the Guide's Paranoid Pirate). */
export interface HeartbeatOptions {
  /** The pause between heartbeats, in milliseconds; broker and workers need about the same. Default: 2500. */
  heartbeatMs?: number;
  /** After how many pauses without a word the other is taken for gone. Default: 3. */
  liveness?: number;
}

/** Fills in the defaults of heartbeats, which are the Guide's. @throws RangeError naming the option that is wrong. */
export function withHeartbeatDefaults(options: HeartbeatOptions): Required<HeartbeatOptions> {
  const { heartbeatMs = 2500, liveness = 3 } = options;
  checkWholeNumbers(1, { heartbeatMs, liveness });
  return { heartbeatMs, liveness };
}
