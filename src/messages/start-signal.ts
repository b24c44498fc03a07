/** The start signal: the generator publishes it, and no processor takes a task before it. */

/** Both the whole message and its topic: PUB/SUB compares a message's first bytes with the subscription. */
export const START = "START";

/** A change in who listens, as an XPUB socket receives it: byte 1 or 0, then the topic. */
export interface Subscription {
  /** True when somebody subscribed, false when somebody left. */
  subscribed: boolean;
  topic: string;
}

/** Reads a subscription frame (ZMTP 3.0, rfc.zeromq.org/spec/23); undefined for any other frame. */
export function parseSubscription(frame: Uint8Array): Subscription | undefined {
  if (frame[0] !== 0 && frame[0] !== 1) return undefined;
  return { subscribed: frame[0] === 1, topic: Buffer.from(frame.subarray(1)).toString() };
}

/** Tells whether a subscription hears START: a prefix is enough, and the empty one hears everything. */
export function hearsStart({ topic }: Subscription): boolean {
  return START.startsWith(topic);
}
