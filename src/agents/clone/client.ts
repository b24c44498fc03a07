/**
 * Keeps a copy of a map that many agents read and write: the client of the Guide's Clone pattern.
 *
 *     client DEALER ──ICANHAZ──▶ ROUTER server      and back: KVSYNC …, KTHXBAI
 *     client XPUB ──KVSET──▶ SUB server XPUB ──KVPUB, HUGZ──▶ SUB client
 *
 *     npx ts-node src/agents/clone/client.ts --subtree /agents/
 *     npx ts-node src/agents/clone/client.ts --set /agents/a=1 --ttl-ms 2000
 *
 * Speaks rfc.zeromq.org/spec/12 (CHP); what we add to it is in messages/clone.ts.
 */
import { checkSubtree } from "../../messages/clone/keys";
import type { CloneAddresses } from "../../transport/addresses";
import { LONGEST_MS } from "../../transport/patience";
import { flag, runStandalone } from "../command-line";
import type { OnEvent } from "../events";
import {
  checkDurations,
  checkName,
  checkTimeLimits,
  checkWholeNumbers,
  withDefaults,
  type AgentOptions,
  type HeartbeatOptions,
} from "../options";
import { createReporter } from "../stamp";
import { withAddresses } from "./addresses";
import { CloneSession, type CloneBody } from "./client/session";
import { setEntries } from "./client/set-entries";
import type { CloneClientEvent, CloneClientSummary } from "./events";
import { cloneFlag } from "./flags";

/** Options of {@link cloneClientAgent}. */
export interface CloneClientOptions
  extends Omit<AgentOptions, "codec" | "peerTimeoutMs">, HeartbeatOptions, CloneAddresses {
  /** What it is called in events, behind "Clone-". Default: "1". */
  name?: string;
  /** Which part of the map to follow: "/agents/" is whatever begins so. Default: "", all of it. */
  subtree?: string;
  /** What to do with the map, once it is the server's state. Default: nothing, until `signal` says stop. */
  body?: CloneBody;
  /** How many changes may be without an answer; `set` waits for room then. Default: 1000. */
  maxUnconfirmed?: number;
  /** How long the changes of a body that has returned may take to be confirmed, in milliseconds. Default: 10 000. */
  finishTimeoutMs?: number;
  /** The pause between two signs of life of the server, in milliseconds; must be about the server's. Default: 1000. */
  heartbeatMs?: number;
  /** Takes the events. Default: nobody does. */
  onEvent?: OnEvent<CloneClientEvent>;
}

/**
 * Follows the server until `body` has returned and its changes are confirmed, or `signal` says stop. A lost
 * update, another server, or a silent one is noticed within heartbeatMs · liveness, and mended by a snapshot;
 * until it is there the map is as it was, and not current. A change is sent until it is confirmed, and takes
 * place once. The outcome is "server-lost" when some were not confirmed within `finishTimeoutMs`.
 * @throws Error when there is no server within `startTimeoutMs`; what `body` or a listener throws.
 * @throws RangeError or TypeError when an option is wrong.
 */
export async function cloneClientAgent(
  options: CloneClientOptions = {},
): Promise<CloneClientSummary> {
  const settings = readOptions(options);
  const { name, signal, clock, report } = settings;
  const startedAt = clock();
  const summary = createSummary(name);
  if (!signal?.aborted)
    summary.outcome = await new CloneSession(settings, summary).serveWhile(options.body);
  summary.durationMs = clock() - startedAt;
  report({ type: "finished", summary });
  return summary;
}

function createSummary(name: string): CloneClientSummary {
  return {
    outcome: "stopped",
    name,
    entries: 0,
    sequence: 0,
    updates: 0,
    gaps: 0,
    snapshots: 0,
    confirmed: 0,
    refused: 0,
    unconfirmed: 0,
    resent: 0,
    framesRejected: 0,
    durationMs: 0,
  };
}

function readOptions(options: CloneClientOptions) {
  const { name = "1", subtree = "", maxUnconfirmed = 1000, finishTimeoutMs = 10_000 } = options;
  const { heartbeatMs = 1000, liveness = 3 } = options;
  checkName("name", name);
  checkSubtree(subtree);
  checkWholeNumbers(1, { maxUnconfirmed, heartbeatMs, liveness });
  checkTimeLimits({ finishTimeoutMs });
  checkDurations({ "heartbeatMs · liveness": heartbeatMs * liveness }, LONGEST_MS);
  const shared = withDefaults(options);
  const report = createReporter(`Clone-${name}`, shared.clock, options.onEvent);
  const patience = { heartbeatMs, liveness, finishTimeoutMs };
  const addresses = withAddresses(options);
  return { ...shared, ...addresses, ...patience, name, subtree, maxUnconfirmed, report };
}

if (require.main === module) {
  const { snapshotAddr, updatesAddr, changesAddr, heartbeatMs, liveness } = cloneFlag;
  const { name, subtree, set, ttlMs } = cloneFlag;
  const place = [snapshotAddr, updatesAddr, changesAddr, name, subtree, set, ttlMs];
  void runStandalone(
    "clone-client",
    "Follows a map that many agents read and write, and prints what changes; with --set it writes.",
    [...place, heartbeatMs, liveness, flag.startTimeoutMs, flag.highWaterMark],
    async ({ set: texts, ttlMs, ...options }: CloneClientOptions & SetFlags) =>
      cloneClientAgent({ ...options, body: texts && setEntries(texts, ttlMs) }),
  );
}

interface SetFlags {
  set?: string[];
  ttlMs?: number;
}
