/** The exercise of chapter 8: a client that asks again when no answer comes, and must count each order once. */
import { Dealer } from "zeromq";
import { encodeFrame, parseResultFrame } from "../../messages/frame";
import { isWorkerDoneMessage, type ResultMessage } from "../../messages/result-message";
import { createTaskMessage, type TaskMessage } from "../../messages/task-message";
import { Outbox } from "../../transport/outbox";
import { lab } from "../lab/lab";
import { openBar } from "./error-handling-bar";
import { judgeOrders, type Ending } from "./error-handling-judge";
import { showVerdict, type Verdict } from "./verdict";

/** The reader's line to the bar: a DEALER. */
export interface OrderLine {
  /** Sends one task. */
  send(task: TaskMessage): Promise<void>;
  /** Gives the next result, or undefined when none comes within 100 ms. */
  receive(): Promise<ResultMessage | undefined>;
}

/** What the reader writes: sends each order as a task, again and again until it is answered; gives one result an order. */
export type OrderAll = (line: OrderLine, orders: string[]) => Promise<ResultMessage[]>;

/** Lets the reader's client order at a bar that is slow and forgetful, and shows how it went. */
export async function checkOrderAll(orderAll: OrderAll): Promise<void> {
  showVerdict(await tryOrderAll(orderAll));
}

/** A client that asks again with the task that it has asked with before. */
export async function solveOrderAll(line: OrderLine, orders: string[]): Promise<ResultMessage[]> {
  const results = new Map<string, ResultMessage>(); // one result an id, so that nothing counts twice
  for (const order of orders) {
    const task = createTaskMessage(order);
    while (!results.has(task.task_id)) {
      await line.send(task);
      const result = await line.receive();
      if (result) results.set(result.task_id, result);
    }
  }
  return [...results.values()];
}

/** How long a receive takes at the most, in milliseconds. */
const PATIENCE_MS = 100;

/** After how long without a request the reader's client counts as stuck, in milliseconds; or after how many. */
const QUIET_MS = 2000;
const MOST_REQUESTS = 60;

/** Tells what checkOrderAll shows. */
export async function tryOrderAll(
  orderAll: OrderAll,
  quietMs = QUIET_MS,
  patienceMs = PATIENCE_MS,
): Promise<Verdict> {
  return lab("exercise of chapter 8", async ({ use, signal }) => {
    const bar = await openBar(use);
    const dealer = use(new Dealer({ receiveTimeout: patienceMs, linger: 0 }));
    dealer.connect(bar.address);
    const over = new AbortController();
    const stuck = new Promise<Ending>((resolve) => {
      const watch = setInterval(() => {
        if (bar.requests.length > MOST_REQUESTS) resolve({ how: "endless" });
        if (bar.quietMs() > quietMs || signal.aborted) resolve({ how: "stuck" });
      }, 20);
      use(() => clearInterval(watch));
    });
    const line = lineOver(dealer, over.signal);
    const ending = await Promise.race([endingOf(() => orderAll(line, [...bar.orders])), stuck]);
    over.abort();
    return judgeOrders(bar, ending);
  });
}

async function endingOf(run: () => Promise<unknown>): Promise<Ending> {
  try {
    return { how: "returned", value: await run() };
  } catch (error) {
    return { how: "threw", error };
  }
}

/** When the check is over the line answers nothing any more, so that no loop of the reader's goes on. */
function lineOver(dealer: Dealer, over: AbortSignal): OrderLine {
  const outbox = new Outbox(dealer);
  let last: Promise<unknown> = Promise.resolve();
  const never = new Promise<never>(() => {});
  const unlessOver = async <T>(value: T) => (over.aborted ? never : value);
  return {
    send: async (task) => {
      await unlessOver(undefined);
      outbox.post([encodeFrame(task)]);
    },
    receive: async () => {
      // One receive at a time, whatever the reader does.
      const next = last.then(() => dealer.receive()).catch(() => []);
      last = next;
      return unlessOver(readResult((await next)[0]));
    },
  };
}

function readResult(frame: Buffer | undefined): ResultMessage | undefined {
  const parsed = frame && parseResultFrame(frame);
  return parsed?.ok && !isWorkerDoneMessage(parsed.message) ? parsed.message : undefined;
}
