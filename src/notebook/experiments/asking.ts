/** Somebody misses the first question. Asked again by REQ: as one writes it at first, and as the Lazy Pirate does. */
import { Context, Request, Router } from "zeromq";
import { closeSocket } from "../lab/close-socket";

/** Asks at an address until there is an answer, a few times at the most; tells what came of each try. */
export type Ask = (address: string) => Promise<string[]>;

const TRIES = 3;

/** Asks again over the same socket. */
export async function askPlainly(address: string): Promise<string[]> {
  const said: string[] = [];
  const socket = openRequest(address);
  while (said.length < TRIES && !isAnswered(said)) said.push(await tryOnce(socket));
  socket.close();
  return said;
}

/** Throws a socket away that got no answer: each try has a new one. */
export async function askLikeLazyPirate(address: string): Promise<string[]> {
  const said: string[] = [];
  while (said.length < TRIES && !isAnswered(said)) {
    const socket = openRequest(address);
    said.push(await tryOnce(socket));
    socket.close();
  }
  return said;
}

function openRequest(address: string): Request {
  const timeouts = { sendTimeout: PATIENCE_MS, receiveTimeout: PATIENCE_MS };
  const socket = new Request({ context: new Context(), linger: 0, ...timeouts });
  socket.connect(address);
  return socket;
}

/** How long a send or a receive may take, in milliseconds. */
const PATIENCE_MS = 1500;

async function tryOnce(socket: Request): Promise<string> {
  try {
    await socket.send("Are you there?");
    const [answer] = await socket.receive();
    return `${ANSWERED}${String(answer)}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "EAGAIN" ? "no answer in time" : `${code}: ${message}`;
  }
}

const ANSWERED = "answer: ";

function isAnswered(said: string[]): boolean {
  return said.at(-1)?.startsWith(ANSWERED) ?? false;
}

/** Lets somebody ask a server that misses the first question and answers all others. */
export async function askWhoMissesTheFirst(ask: Ask): Promise<string[]> {
  const server = new Router({ context: new Context(), linger: 0 });
  try {
    await server.bind("tcp://127.0.0.1:*");
    void answerAllButTheFirst(server);
    return await ask(server.lastEndpoint!);
  } finally {
    await closeSocket(server);
  }
}

/** A REQ writes an empty frame before its question and wants one before the answer. */
async function answerAllButTheFirst(server: Router): Promise<void> {
  let missed = 0;
  for await (const [from, empty] of server)
    if (missed++ > 0) await server.send([from!, empty!, "Here I am."]);
}
