/** A result collector in a process of its own, which tells how much memory it takes. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { ResultCollectorEvent } from "../../agents/events";
import { resultCollectorAgent } from "../../agents/result-collector";
import type { CodecName } from "../../messages/codecs/named";
import type { Lab } from "../lab/room";

/** What the collector is told. */
export interface CollectorOrders {
  maxFrameBytes: number;
  codec: CodecName;
}

/** A collector that runs until the lab closes. */
export interface WatchedCollector {
  address: string;
  /** By how much its process has grown, at the most, in bytes, since it began to listen. */
  readonly grownBytes: number;
  /** Waits until it has taken the result of that task, refused a frame or lost a connection; says which. */
  verdict(taskId: string): Promise<string>;
}

/** The id of the task whose result is too large. */
export const LARGE = "large";

/** What the process says of one event. */
interface News {
  memoryBytes: number;
  address?: string;
  taken?: string;
  refused?: string;
  /** How many are connected, when that has changed. */
  connected?: number;
}

/** Starts the process. @throws Error when it ends before it was asked to. */
export async function startCollector(
  orders: CollectorOrders,
  { use }: Pick<Lab, "use">,
): Promise<WatchedCollector> {
  const child = forkThisFile();
  use(() => endOf(child));
  const news: News[] = [];
  child.on("message", (told: News) => news.push(told));
  const ended = throwAtEnd(child);
  ended.catch(() => {}); // after the last question nobody minds
  child.send(orders);
  const until = async <T>(find: (told: News, index: number) => T | undefined): Promise<T> => {
    for (;;) {
      const found = news.map(find).find((it) => it !== undefined);
      if (found !== undefined) return found;
      await Promise.race([once(child, "message"), ended]);
    }
  };
  const address = await until((told) => told.address);
  const before = news[0]!.memoryBytes;
  return {
    address,
    get grownBytes() {
      return Math.max(...news.map(({ memoryBytes }) => memoryBytes)) - before;
    },
    verdict: (taskId) =>
      until(({ taken, refused, connected }, index) => {
        if (taken === taskId) return "takes it";
        if (taskId !== LARGE) return undefined;
        if (refused) return `refuses it: ${refused}`;
        const most = Math.max(0, ...news.slice(0, index).map((told) => told.connected ?? 0));
        return connected! < most ? "libzmq hangs up on the stranger" : undefined;
      }),
  };
}

/** The compiled file, or the source itself when that is what runs (ts-node). */
function forkThisFile(): ChildProcess {
  const isSource = path.extname(__filename) === ".ts";
  const execArgv = isSource
    ? ["--require", require.resolve("ts-node/register/transpile-only")]
    : [];
  return fork(__filename, { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function throwAtEnd(child: ChildProcess): Promise<never> {
  await once(child, "exit");
  throw new Error("The collector's process has ended before it was asked to.");
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function collect({ maxFrameBytes, codec }: CollectorOrders): Promise<void> {
  const resultCollectorAddr = "tcp://127.0.0.1:*";
  const onEvent = (event: ResultCollectorEvent) => {
    const news: News = { memoryBytes: process.memoryUsage.rss() };
    if (event.type === "listening") news.address = event.addresses[0];
    if (event.type === "result-received") news.taken = event.taskId;
    if (event.type === "workers-connected") news.connected = event.connected;
    if (event.type === "frame-rejected") news.refused = event.reason;
    process.send?.(news);
  };
  await resultCollectorAgent({ tasks: 3, maxFrameBytes, codec, resultCollectorAddr, onEvent });
}

if (require.main === module) {
  process.once("disconnect", () => process.exit()); // whoever started it is gone
  process.once("message", (orders) => void collect(orders as CollectorOrders));
}
