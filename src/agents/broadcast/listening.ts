/** The ear of a subscriber and of a last value cache: a SUB socket, and who is at the other end. */
import { Subscriber } from "zeromq";
import { checkAddress } from "../../transport/addresses";
import { Connections } from "../../transport/connections";
import { connectSocket, type Open } from "../../transport/sockets";
import { HANG_UP_FACTOR, type AgentSettings } from "../options";

/** A publisher whose machine is gone says nothing for ever: after 90 s the system takes its connection down. */
const keepalive = {
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
  tcpKeepaliveInterval: 10,
  tcpKeepaliveCount: 3,
};

/** Subscribes to these topics at these addresses, where there may be nobody yet. */
export function listenTo(
  open: Open,
  { context, highWaterMark, maxFrameBytes }: AgentSettings,
  addresses: readonly string[],
  topics: readonly string[],
): { socket: Subscriber; publishers: Connections } {
  const maxMessageSize = maxFrameBytes * HANG_UP_FACTOR;
  const limits = { receiveHighWaterMark: highWaterMark, maxMessageSize };
  const socket = open(new Subscriber({ context, ...limits, ...keepalive }));
  const publishers = new Connections(socket);
  socket.subscribe(...topics);
  for (const address of addresses) connectSocket(socket, "broadcastAddr", address);
  return { socket, publishers };
}

/**
 * Gives the addresses of one or more publishers as a list.
 * @throws RangeError or TypeError when there is none, or one makes no sense.
 */
export function readAddresses(broadcastAddr: string | readonly string[]): readonly string[] {
  const addresses = [broadcastAddr].flat();
  if (addresses.length === 0)
    throw new RangeError("Cannot use broadcastAddr as it must name a publisher: it is empty");
  for (const address of addresses) checkAddress("broadcastAddr", address);
  return addresses;
}
