/** Sends long answers without holding up anything else. */
import { setImmediate } from "node:timers/promises";
import type { Router } from "zeromq";
import type { Outbox } from "../../../transport/outbox";

/** After so many messages it is somebody else's turn. */
const AT_ONCE = 100;

/**
 * Sends messages to one client, some at a time: between them go signs of life, changes, and the answers to
 * others. Gives up when the client is gone. `outbox` must be that of `socket`, which is `mandatory`.
 */
export async function sendInTurns(
  socket: Router,
  outbox: Outbox,
  client: Buffer,
  messages: Iterable<Buffer[]>,
): Promise<void> {
  let isGone = false;
  let sent = 0;
  for (const frames of messages) {
    outbox.post([client, ...frames], () => (isGone = true));
    if (++sent % AT_ONCE > 0) continue;
    await outbox.flush();
    await setImmediate();
    if (isGone || socket.closed) return;
  }
}
