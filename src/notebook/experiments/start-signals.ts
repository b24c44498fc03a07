/** A fault to inject: a start signal that is published before its listener is really there. */
import { setTimeout as delay } from "node:timers/promises";
import { Context, Publisher, Subscriber, XPublisher } from "zeromq";
import { START } from "../../messages/start-signal";
import { withSockets } from "../../transport/sockets";

const ANY_PORT = "tcp://127.0.0.1:*";

/** Lets a worker connect and subscribe, publishes START at once, and tells whether the worker heard it. */
export async function startBlindly(): Promise<boolean> {
  return meet(new Publisher({ context: new Context() }), async (control) => {
    await control.send(START);
  });
}

/** The same with a pause of `pauseMs` before START, in the hope that it is long enough. */
export async function startAfter(pauseMs: number): Promise<boolean> {
  return meet(new Publisher({ context: new Context() }), async (control) => {
    await delay(pauseMs);
    await control.send(START);
  });
}

/** The same with an XPUB, which waits until the subscription has come in, and then publishes START. */
export async function startWhenSubscribed(): Promise<boolean> {
  const control = new XPublisher({ context: new Context(), verbosity: "allSubs" });
  return meet(control, async () => {
    await control.receive();
    await control.send(START);
  });
}

/** Counts how many of `rounds` workers heard START. */
export async function countHeard(
  start: () => Promise<boolean>,
  rounds: number,
): Promise<{ heard: number; lost: number }> {
  let heard = 0;
  for (let round = 1; round <= rounds; round++) if (await start()) heard++;
  return { heard, lost: rounds - heard };
}

const AFTERWARDS = "afterwards";

/** Connects one worker and starts it by `announce`; tells whether START was the first it heard. */
async function meet(
  control: Publisher | XPublisher,
  announce: (control: Publisher | XPublisher) => Promise<void>,
): Promise<boolean> {
  let first = "";
  await withSockets(undefined, async (open) => {
    open(control).linger = 0;
    await control.bind(ANY_PORT);
    const worker = open(new Subscriber({ context: control.context }));
    worker.connect(control.lastEndpoint!);
    worker.subscribe(START, AFTERWARDS);
    await announce(control);
    first = await firstHeard(control, worker);
  });
  return first === START;
}

/** Publishes until the worker hears something: when that is not START, START is lost for certain. */
async function firstHeard(control: Publisher | XPublisher, worker: Subscriber): Promise<string> {
  let first = "";
  const hearing = worker.receive().then(([frame]) => (first = String(frame)));
  while (first === "") {
    await control.send(AFTERWARDS);
    await delay(1);
  }
  return hearing;
}
