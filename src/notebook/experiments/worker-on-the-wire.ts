/** What a worker says when a bare ROUTER plays its broker. */
import type { Router } from "zeromq";

/** One message of a worker. */
export interface Heard {
  /** Milliseconds since the first message. */
  atMs: number;
  /** As a ROUTER receives them: the identity of the connection first. */
  frames: Buffer[];
}

/** Receives `n` messages, and answers each with the frames of `reply`, where there is one. */
export async function hear(
  router: Router,
  n: number,
  reply?: readonly (string | Buffer)[],
): Promise<Heard[]> {
  const heard: Heard[] = [];
  let firstAt: number | undefined;
  for await (const frames of router) {
    const now = performance.now();
    firstAt ??= now;
    heard.push({ atMs: now - firstAt, frames });
    if (heard.length === n) break;
    if (reply) await router.send([frames[0]!, ...reply]);
  }
  return heard;
}
