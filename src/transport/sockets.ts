/** The life of a socket: opened in one place, closed however that place is left. */
import { setTimeout as delay } from "node:timers/promises";
import type { Context, Socket } from "zeromq";
import { checkAddress } from "./addresses";

/** How long a closed socket still tries to deliver what it has queued, in milliseconds. libzmq's default is for ever. */
export const LINGER_MS = 10_000;

/** The same after an abort, in milliseconds: enough for a peer that is there, and nothing left for a later run. */
export const STOPPED_LINGER_MS = 500;

/** Takes a new socket into care and gives it back. */
export type Open = <S extends Socket>(socket: S) => S;

/**
 * Runs `body` and closes every socket it opened: when it returns, when it throws, and at once when
 * `signal` aborts. Stopping is not an error, so after an abort it returns as if `body` had.
 */
export async function withSockets(
  signal: AbortSignal | undefined,
  body: (open: Open) => Promise<void>,
): Promise<void> {
  if (signal?.aborted) return;
  const sockets: Socket[] = [];
  const contexts = new Set<Context>();
  const closeAll = () => sockets.forEach((socket) => socket.close());
  const stopAll = () => {
    for (const socket of sockets) if (!socket.closed) socket.linger = STOPPED_LINGER_MS;
    closeAll();
  };
  signal?.addEventListener("abort", stopAll, { once: true });
  try {
    await body((socket) => {
      sockets.push(socket);
      contexts.add(socket.context);
      return socket;
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener("abort", stopAll);
    closeAll();
    keepWhileLingering(contexts);
  }
}

/**
 * Keeps contexts that a caller gave from garbage collection while their sockets linger: when a context
 * is collected before, the monitor of a lingering socket never ends, and neither does the process
 * (zeromq.js 6.8.0).
 */
function keepWhileLingering(contexts: Set<Context>): void {
  setTimeout(() => contexts.clear(), 2 * LINGER_MS).unref();
}

const advice: Record<string, string> = {
  EAGAIN:
    "libzmq does not say why. The port may be taken, or this machine may have no such address or " +
    "interface. Choose another address",
  EADDRINUSE:
    "the port is taken, probably by an agent of an earlier run that is still alive. " +
    "Stop that run (in a notebook: restart its kernel), or choose another address",
  EADDRNOTAVAIL:
    "this machine has no such network address. Bind to 127.0.0.1, to * or to one of its own",
  EACCES: "this user may not bind there. Choose a port above 1023, or a folder you may write to",
  ENODEV:
    "this machine has no such network interface. Bind to 127.0.0.1, to * or to one of its own",
};

/**
 * For how long to try again, in milliseconds. libzmq lets go of a closed socket's port in the background,
 * so a port may be taken for a moment. And its monitor now and then overwrites a failed bind's errno with
 * EAGAIN (4.3.5): the next try tells the real reason.
 */
const patienceMs: Record<string, number> = { EADDRINUSE: 1000, EAGAIN: 2000 };

/**
 * Binds a socket and returns the address it really has (`*` becomes the port that was free).
 * @throws TypeError when the address makes no sense; Error naming the option, the address and what to do.
 */
export async function bindSocket(socket: Socket, option: string, address: string): Promise<string> {
  checkAddress(option, address);
  const startedAt = performance.now();
  for (;;) {
    try {
      await socket.bind(address);
      return socket.lastEndpoint ?? address;
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      const waitedMs = performance.now() - startedAt;
      if (!(waitedMs < (patienceMs[code] ?? 0)))
        throw new Error(`Cannot bind ${option} ${address}: ${advice[code] ?? message}.`, {
          cause: error,
        });
      await delay(20);
    }
  }
}

/**
 * Connects a socket. It returns at once, whether or not anybody is there: libzmq keeps trying.
 * @throws TypeError when the address makes no sense.
 */
export function connectSocket(socket: Socket, option: string, address: string): void {
  checkAddress(option, address);
  if (/^tcp:\/\/\*|:\*$/.test(address))
    throw new TypeError(
      `Cannot connect ${option} as * is only for those who bind: current value is "${address}"`,
    );
  socket.connect(address);
}
