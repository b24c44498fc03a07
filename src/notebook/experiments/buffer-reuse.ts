/** What arrives when a buffer is used again as soon as `send` has returned. */
import { randomUUID } from "node:crypto";
import { Pull, Push } from "zeromq";
import type { Lab } from "../lab/room";

/**
 * Sends a buffer, then fills it with "new", then lets it be received. Nobody receives before that: over a
 * network it would be a race, which the sender loses now and then.
 */
export async function changeAfterSend(buffer: Buffer, use: Lab["use"]): Promise<Buffer> {
  const [sender, receiver] = [new Push({ linger: 0 }), new Pull()];
  use(() => [sender, receiver].forEach((socket) => socket.close()));
  const address = `inproc://${randomUUID()}`;
  sender.connect(address);
  await sender.send(buffer);
  buffer.fill("new");
  await receiver.bind(address);
  const [arrived] = await receiver.receive();
  return arrived!;
}
