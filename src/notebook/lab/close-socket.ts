/** Closes a socket so that the next cell can bind its port at once. */
import { setTimeout as delay } from "node:timers/promises";
import type { Observer, Socket } from "zeromq";

/**
 * How long to wait for a bound socket's "close" event, which comes within a few milliseconds. A connected
 * socket has an endpoint too, and while its peer is alive that event never comes.
 */
const CLOSE_EVENT_MS = 100;

/**
 * Closes a socket; where it is bound, returns only when its port is free. libzmq lets go of a port in
 * the background: after close() alone it was still taken in 55 of 1200 tries, after the endpoint was
 * let go of and the "close" event that follows in none.
 */
export async function closeSocket(socket: Socket): Promise<void> {
  try {
    if (!socket.closed && socket.lastEndpoint) await letGo(socket, socket.lastEndpoint);
  } finally {
    socket.close();
  }
}

/**
 * By `disconnect`, which lets go of a bound endpoint as well (libzmq 4.3.5), and does so at once. `unbind` does it on
 * another thread, while a pending receive looks at the socket on this one: with a ROUTER, libzmq then now and
 * again aborts the whole process ("Assertion failed", pipe.cpp:355).
 */
async function letGo(socket: Socket, address: string): Promise<void> {
  const isFree = closeEvent(socket.events);
  try {
    socket.disconnect(address);
  } catch {
    return; // it holds no such endpoint any more
  }
  await Promise.race([isFree, delay(CLOSE_EVENT_MS)]);
}

/** A socket's events are either read or listened to. When somebody else reads them there is no telling. */
async function closeEvent(events: Observer): Promise<void> {
  try {
    for (;;) {
      const { type } = await events.receive();
      if (type === "close" || type === "end") return;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return;
    await new Promise((resolve) => events.on("close", resolve));
  }
}
