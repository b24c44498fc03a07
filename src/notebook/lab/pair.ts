/** Two bare sockets, ready to talk. */
import { Pull, Push } from "zeromq";
import type { Lab } from "./room";

/** Opens a sender and a receiver in a lab and connects them, on a port that was free. */
export async function openPair(use: Lab["use"]): Promise<[sender: Push, receiver: Pull]> {
  const [sender, receiver] = [use(new Push()), use(new Pull())];
  await receiver.bind("tcp://127.0.0.1:*");
  sender.connect(receiver.lastEndpoint!);
  return [sender, receiver];
}
