/**
 * Keeps a map that many agents read and write: the server of the Guide's Clone pattern.
 *
 *     clients DEALER ──ICANHAZ──▶ ROUTER server      and back: KVSYNC …, KTHXBAI
 *     clients XPUB ──KVSET──▶ SUB server XPUB ──KVPUB, HUGZ──▶ SUB clients
 *
 *     npx ts-node src/agents/clone/server.ts --journal board.jsonl
 *
 * Speaks rfc.zeromq.org/spec/12 (CHP); what we add to it is in messages/clone.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Router, Subscriber, XPublisher } from "zeromq";
import { v4 as uuid } from "uuid";
import { MAX_PROPERTIES_BYTES } from "../../messages/clone/frames";
import type { CloneAddresses } from "../../transport/addresses";
import { Outbox } from "../../transport/outbox";
import { LONGEST_MS } from "../../transport/patience";
import { bindSocket, STOPPED_LINGER_MS, withSockets, type Open } from "../../transport/sockets";
import { flag, runStandalone } from "../command-line";
import type { OnEvent } from "../events";
import {
  checkDurations,
  checkWholeNumbers,
  HANG_UP_FACTOR,
  withDefaults,
  type AgentOptions,
  type HeartbeatOptions,
} from "../options";
import { createReporter } from "../stamp";
import { withAddresses } from "./addresses";
import type { CloneServerEvent, CloneServerSummary } from "./events";
import { cloneFlag } from "./flags";
import { Desk, type DeskOutside } from "./server/desk";
import { Journal } from "./server/journal";
import { sendInTurns } from "./server/send-in-turns";

/** Options of {@link cloneServerAgent}. */
export interface CloneServerOptions
  extends
    Pick<AgentOptions, "signal" | "highWaterMark" | "maxFrameBytes" | "context" | "clock">,
    Pick<HeartbeatOptions, "heartbeatMs">,
    CloneAddresses {
  /**
   * A file to keep the state in: what was confirmed outlives the server, even a kill -9. It belongs to
   * one server at a time. Default: none, and a server that is started anew is empty.
   */
  journal?: string;
  /** How many entries the map may have; more are refused. Default: 100 000. */
  maxEntries?: number;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<CloneServerEvent>;
}

/**
 * Serves until it is stopped. It waits for nobody: who is slow to read loses updates (the high-water mark),
 * notices it by their numbers, and asks for a snapshot. The value of an entry is JSON.
 * @throws Error when an address is taken, or the journal is damaged or cannot be written.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function cloneServerAgent(
  options: CloneServerOptions = {},
): Promise<CloneServerSummary> {
  const settings = readOptions(options);
  const { signal, clock, report } = settings;
  const startedAt = clock();
  let desk: Desk | undefined;

  await withSockets(signal, async (open) => {
    const { snapshots, updates, changes } = openSockets(settings, open);
    const addresses = [
      await bindSocket(snapshots, "snapshotAddr", settings.snapshotAddr),
      await bindSocket(updates, "updatesAddr", settings.updatesAddr),
      await bindSocket(changes, "changesAddr", settings.changesAddr),
    ];
    const journal = openJournal(settings);
    const outside = createOutside(settings, snapshots, updates, () => desk?.hugz());
    desk = new Desk(settings, outside, journal);
    try {
      report({ type: "listening", addresses });
      changes.subscribe();
      await serve(settings, desk, { snapshots, updates, changes });
    } finally {
      journal?.close();
    }
  });

  const nothing = { sequence: 0, entries: 0, applied: 0, expired: 0, snapshots: 0 };
  const noFaults = { duplicates: 0, outOfOrder: 0, refused: 0, framesRejected: 0 };
  const counts = desk?.summary() ?? { ...nothing, ...noFaults };
  const summary = { outcome: "stopped", ...counts, durationMs: clock() - startedAt } as const;
  report({ type: "finished", summary });
  return summary;
}

/** Until a socket is closed, or something fails. */
async function serve(
  { clock, heartbeatMs }: Settings,
  desk: Desk,
  { snapshots, updates, changes }: Sockets,
): Promise<void> {
  let isOver = false;
  const takeChanges = async () => {
    for await (const frames of changes) if (!isOver) desk.change(frames, clock());
  };
  const takeRequests = async () => {
    for await (const [client, ...frames] of snapshots)
      if (!isOver) desk.request(client!, frames, clock());
  };
  const takeSubscriptions = async () => {
    for await (const frames of updates) if (!isOver) desk.subscription(frames);
  };
  const keepTime = async () => {
    let beatAt = clock();
    while (!isOver && !changes.closed) {
      desk.expire(clock());
      if (clock() >= beatAt) {
        desk.hugz();
        beatAt = clock() + heartbeatMs;
      }
      await delay(Math.min(TICK_MS, heartbeatMs));
    }
  };
  try {
    await Promise.all([takeChanges(), takeRequests(), takeSubscriptions(), keepTime()]);
  } finally {
    isOver = true;
  }
}

/** How often it looks at the time, in milliseconds: an entry may live so much longer than it should. */
const TICK_MS = 20;

type Sockets = ReturnType<typeof openSockets>;

/** Towards CHP's clients an XPUB is a PUB; to us it tells who subscribes. */
function openSockets({ context, highWaterMark, maxFrameBytes }: Settings, open: Open) {
  const shared = {
    context,
    maxMessageSize: maxFrameBytes * HANG_UP_FACTOR + MAX_PROPERTIES_BYTES,
    linger: STOPPED_LINGER_MS,
  };
  // A snapshot waits in memory until its client has read it; who is gone is an error that shows at once.
  const prompt = { mandatory: true, sendTimeout: 0, sendHighWaterMark: 0 };
  const snapshots = open(new Router({ ...shared, ...prompt }));
  const updates = open(
    new XPublisher({ ...shared, sendHighWaterMark: highWaterMark, verbosity: "allSubs" }),
  );
  const changes = open(new Subscriber({ ...shared, receiveHighWaterMark: highWaterMark }));
  return { snapshots, updates, changes };
}

function openJournal({ journal: path, report }: Settings): Journal | undefined {
  if (path === undefined) return undefined;
  const journal = Journal.open(path);
  const { entries, sequence, torn: tornBytes } = journal.memory;
  report({ type: "journal-read", entries: entries.size, sequence, tornBytes });
  return journal;
}

function createOutside(
  { report }: Settings,
  snapshots: Router,
  updates: XPublisher,
  hugz: () => void,
): DeskOutside {
  const answers = new Outbox(snapshots);
  const broadcasts = new Outbox(updates);
  let isHugzDue = false;
  const sendHugz = () => {
    isHugzDue = false;
    if (!updates.closed) hugz();
  };
  return {
    publish: (frames) => broadcasts.post(frames),
    answer: (client, messages) => void sendInTurns(snapshots, answers, client, messages),
    hugzSoon: () => {
      if (!isHugzDue) setImmediate(sendHugz); // many who ask at the same time get one answer
      isHugzDue = true;
    },
    report,
  };
}

type Settings = ReturnType<typeof readOptions>;

function readOptions(options: CloneServerOptions) {
  const { journal, maxEntries = 100_000, heartbeatMs = 1000 } = options;
  checkWholeNumbers(1, { maxEntries, heartbeatMs });
  checkDurations({ heartbeatMs }, LONGEST_MS);
  checkJournal(journal);
  const shared = withDefaults(options);
  const report = createReporter("Clone-Server", shared.clock, options.onEvent);
  const serverId = uuid();
  return {
    ...shared,
    ...withAddresses(options),
    journal,
    maxEntries,
    heartbeatMs,
    serverId,
    report,
  };
}

function checkJournal(journal: string | undefined): void {
  if (journal === undefined || (typeof journal === "string" && journal !== "")) return;
  throw new TypeError(
    `Cannot use journal as it must be the path of a file: current value is ${JSON.stringify(journal)}`,
  );
}

if (require.main === module) {
  const { snapshotAddr, updatesAddr, changesAddr, heartbeatMs, journal, maxEntries } = cloneFlag;
  const addresses = [snapshotAddr, updatesAddr, changesAddr];
  void runStandalone(
    "clone-server",
    "Keeps a map that many agents read and write.",
    [...addresses, heartbeatMs, journal, maxEntries, flag.highWaterMark],
    cloneServerAgent,
  );
}
