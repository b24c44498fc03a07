/** What arrives when a buffer is used again as soon as `send` has returned. */
import { Context, Pull, Push } from "zeromq";
import type { Lab } from "../lab/room";

/**
 * Sends a buffer, then fills it with "new", then lets it be received. Nobody receives before that: over a
 * network it would be a race, which the sender loses now and then.
 */
export async function changeAfterSend(buffer: Buffer, use: Lab["use"]): Promise<Buffer> {
  const context = new Context();
  const [sender, receiver] = [use(new Push({ context })), use(new Pull({ context }))];
  sender.connect("inproc://reuse");
  await sender.send(buffer);
  buffer.fill("new");
  await receiver.bind("inproc://reuse");
  const [arrived] = await receiver.receive();
  return arrived!;
}
