/** Closes a socket so that the next cell can bind its port at once. */
import type { Observer, Socket } from "zeromq";

/**
 * Closes a socket; where it is bound, returns only when its port is free. libzmq lets go of a port in
 * the background: after close() alone it was still taken in 55 of 1200 tries, after `await unbind()`
 * in 5 of 1200, after the "close" event that follows in none.
 */
export async function closeSocket(socket: Socket): Promise<void> {
  try {
    if (!socket.closed && socket.lastEndpoint) await letGo(socket, socket.lastEndpoint);
  } finally {
    socket.close();
  }
}

async function letGo(socket: Socket, address: string): Promise<void> {
  const isFree = closeEvent(socket.events);
  // It fails on a socket that is connected to that address, not bound: nothing to let go of.
  const wasBound = await socket.unbind(address).then(
    () => true,
    () => false,
  );
  if (wasBound) await isFree;
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
