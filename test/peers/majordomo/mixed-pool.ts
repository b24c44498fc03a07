/** Brokers, workers and clients of Majordomo that work together, each ours or of another make. */
import type { TestContext } from "node:test";
import {
  majordomoBrokerAgent,
  type MajordomoBrokerOptions,
} from "../../../src/agents/majordomo/broker";
import {
  majordomoClientAgent,
  type MajordomoClientOptions,
} from "../../../src/agents/majordomo/client";
import type {
  MajordomoBrokerEvent,
  MajordomoClientEvent,
  MajordomoWorkerEvent,
} from "../../../src/agents/majordomo/events";
import {
  majordomoWorkerAgent,
  type MajordomoWorkerOptions,
} from "../../../src/agents/majordomo/worker";
import type { AgentEvent, OnEvent } from "../../../src/agents/events";
import type { Payload } from "../../../src/messages/payload";
import type { Dialect } from "../../../src/messages/majordomo";
import type { ResultMessage } from "../../../src/messages/result-message";
import { freePort } from "../../free-port";
import { anyPort, Witness } from "../../agents/bare-peers";
import { answersOf, startPeer, type PeerOptions, type PythonPeer } from "./python-peer";

/** Who wrote it: we, MDP 0.2; the PyPI package majortomo, 0.2 in its own dialect; pyzmq as in the Guide, 0.1. */
export type Make = "ours" | "majortomo" | "mdp01";

/** Where a broker is, and how ours have to talk to it. */
export interface Meeting {
  address: string;
  dialect: Dialect;
}

/** What all of them do. */
export const service = "echo";

/** A heart that beats often, and is not missed soon: this machine may have other things to do. */
const heart = { heartbeatMs: 100, liveness: 30 };

export async function startOurBroker(t: TestContext, options: MajordomoBrokerOptions = {}) {
  const { run, witness, stop } = launch(t, new Witness<MajordomoBrokerEvent>(), (given) =>
    majordomoBrokerAgent({ brokerAddr: anyPort, ...heart, ...options, ...given }),
  );
  const { addresses } = await witness.heard("listening");
  /** Stops it, which ends its count. */
  const sumUp = () => {
    stop.abort();
    return run;
  };
  return { address: addresses[0]!, dialect: "0.2" as const, witness, sumUp };
}

export async function startMajortomoBroker(t: TestContext, given?: string) {
  const address = given ?? `tcp://127.0.0.1:${await freePort()}`;
  const process = startPeer(t, "majortomo_broker", { bind: address, ...heart });
  await process.says(/listening/);
  return { process, address, dialect: "0.2-delimited" as const };
}

/** Starts our worker, named "ours"; without any work it is done at once. */
export function startOurWorker(
  t: TestContext,
  { address: brokerAddr, dialect }: Meeting,
  options: MajordomoWorkerOptions = {},
) {
  const self = { brokerAddr, dialect, service, workerId: "ours", workMs: 0, reconnectMs: 50 };
  return launch(t, new Witness<MajordomoWorkerEvent>(), (given) =>
    majordomoWorkerAgent({ ...self, ...heart, ...options, ...given }),
  );
}

/** Starts a worker in Python, named like its make; without any work it is done at once. */
export function startPythonWorker(
  t: TestContext,
  make: Exclude<Make, "ours">,
  { address }: Meeting,
  options: PeerOptions = {},
): PythonPeer {
  const given = { broker: address, service, workerId: make, ...heart, ...options };
  return startPeer(t, `${make}_worker`, given);
}

/** Starts a worker of any make that does its tasks at once. */
export function startWorker(t: TestContext, make: Make, meeting: Meeting): void {
  if (make === "ours") startOurWorker(t, meeting);
  else startPythonWorker(t, make, meeting);
}

export function startOurClient(
  t: TestContext,
  { address: brokerAddr, dialect }: Meeting,
  options: MajordomoClientOptions = {},
) {
  const patience = { peerTimeoutMs: ANSWER_MS, replyTimeoutMs: ANSWER_MS };
  return launch(t, new Witness<MajordomoClientEvent>(), (given) =>
    majordomoClientAgent({ brokerAddr, dialect, service, ...patience, ...options, ...given }),
  );
}

/** Has a client of any make send tasks; gives the data of all that it was answered, parts included. */
export async function ask(
  t: TestContext,
  make: Make,
  meeting: Meeting,
  tasks: number,
): Promise<Payload[]> {
  if (make === "ours") {
    const { run, witness } = startOurClient(t, meeting, { tasks });
    await run;
    return witness.events.flatMap((event) => {
      if (event.type === "partial-received") return [event.part];
      return event.type === "result-received" ? [event.result] : [];
    });
  }
  const given = { broker: meeting.address, service, tasks, timeoutMs: ANSWER_MS };
  const answers = (await answersOf(startPeer(t, `${make}_client`, given))) as ResultMessage[];
  return answers.map(({ result_data }) => result_data);
}

/** Starts an agent and keeps its events; it is stopped when the test is over. */
function launch<Event extends AgentEvent, Summary>(
  t: TestContext,
  witness: Witness<Event>,
  agent: (given: { signal: AbortSignal; onEvent: OnEvent<Event> }) => Promise<Summary>,
) {
  const stop = new AbortController();
  const run = agent({ signal: stop.signal, onEvent: witness.onEvent });
  run.catch(() => {}); // whoever awaits it hears of it
  t.after(() => stop.abort());
  return { run, witness, stop };
}

/** How long a client waits: longer than any test may take on a busy machine. */
const ANSWER_MS = 30_000;
