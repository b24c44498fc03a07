/** What the picture of a pool draws, read from the recorded events: who was there, at work, silent, or dead, and when. */
import type { AgentEvent } from "../../agents/events";
import { workStretches, type Stretch, type StretchKind } from "./pool-work";
import { agentOf, deathsIn, inOrderOfFlow, roleOf } from "./recording";

/** A moment in an agent's row: a process died, or the broker struck a worker off. */
export interface Moment {
  agent: string;
  kind: "process died" | "struck off";
  /** Seconds since the first worker joined. */
  at: number;
  /** Why, in two words. */
  label: string;
}

/** A pool over time. */
export interface PoolHistory {
  /** The broker, then the workers. */
  agents: string[];
  /** In seconds since the first worker joined; what was before is cut off. */
  stretches: Stretch[];
  moments: Moment[];
  /** From then to the last of the events. */
  seconds: number;
}

/** Reads the history of a pool from events, in whatever order they come; what follows the client's last word is left out. */
export function poolHistory(recorded: readonly AgentEvent[]): PoolHistory {
  const sorted = [...recorded].sort((a, b) => a.at - b.at);
  const end = sorted.findIndex(({ agent, type }) => agent === "Client" && type === "finished");
  const events = end < 0 ? sorted : sorted.slice(0, end + 1);
  const first = (events.find(({ type }) => type === "worker-joined") ?? events[0])?.at ?? 0;
  const last = events.at(-1)?.at ?? 0;
  const since = (at: number) => Math.max(0, at - first) / 1000;
  const present = presences(events, last);
  // Of a worker of another make only the broker tells.
  const agents = inOrderOfFlow([...events, ...present].map(({ agent }) => agent)).filter(isInPool);
  const stretches = [
    ...present,
    ...workStretches(events, last),
    ...agents.flatMap((agent) => silences(events, agent, last)),
  ];
  return {
    agents,
    stretches: stretches.map((it) => ({ ...it, from: since(it.from), to: since(it.to) })),
    moments: momentsIn(events).map((it) => ({ ...it, at: since(it.at) })),
    seconds: since(last),
  };
}

function isInPool(agent: string): boolean {
  return ["broker", "worker"].includes(roleOf(agent));
}

/** When the broker ran, and which connection of a worker was registered from when to when. */
function presences(events: readonly AgentEvent[], last: number): Stretch[] {
  const open = new Map<string, Stretch>();
  const all: Stretch[] = [];
  const begin = (key: string, agent: string, kind: StretchKind, at: number) => {
    const stretch = { agent, kind, from: at, to: last, label: "" };
    open.set(key, stretch);
    all.push(stretch);
  };
  const end = (key: string, at: number) => {
    const stretch = open.get(key);
    if (stretch) stretch.to = at;
    open.delete(key);
  };
  for (const event of events) {
    if (roleOf(event.agent) !== "broker") continue;
    const { agent, at, type } = event;
    if (type === "listening") begin(agent, agent, "broker up", at);
    else if (type === "worker-joined") begin(event.worker, agentOf(event.worker), "registered", at);
    else if (type === "worker-left") end(event.worker, at);
    // With the broker its register is gone.
    else if (type === "finished" || type === "process-exited")
      for (const key of open.keys()) end(key, at);
  }
  return all;
}

/** A silence is more than this many of the worker's usual pauses between two heartbeats. */
const PAUSES = 2.5;

/** Finds when a worker's process was there and said nothing, though it owed its broker a heartbeat. */
function silences(events: readonly AgentEvent[], agent: string, last: number): Stretch[] {
  const own = events.filter((event) => event.agent === agent);
  const owed = PAUSES * usualPause(own);
  const found: Stretch[] = [];
  let isRegistered = false;
  own.forEach(({ type, at: from }, index) => {
    if (type === "registered") isRegistered = true;
    if (["dismissed", "broker-silent", "finished", "process-exited"].includes(type))
      isRegistered = false;
    const to = own[index + 1]?.at ?? last;
    if (isRegistered && to - from > owed)
      found.push({ agent, kind: "silent", from, to, label: "" });
  });
  return found;
}

/** The median pause between two heartbeats, in milliseconds; without two of them nothing is owed. */
function usualPause(own: readonly AgentEvent[]): number {
  const beats = own.filter(({ type }) => type === "heartbeat-sent").map(({ at }) => at);
  const pauses = beats.slice(1).map((at, index) => at - beats[index]!);
  return pauses.sort((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? Infinity;
}

const partings: Record<string, string> = {
  disconnected: "said goodbye",
  expired: "silent too long",
  unreachable: "connection gone",
  "timed-out": "stuck too long",
  misbehaved: "sent nonsense",
};

function momentsIn(events: readonly AgentEvent[]): Moment[] {
  const deaths = deathsIn(events);
  return events.flatMap((event): Moment[] => {
    const { agent, at } = event;
    if (deaths.has(event) && isInPool(agent))
      return [{ agent, kind: "process died", at, label: "killed" }];
    if (event.type !== "worker-left") return [];
    const label = partings[event.parting] ?? event.parting;
    return [{ agent: agentOf(event.worker), kind: "struck off", at, label }];
  });
}
