/** The events of the Clone agents as lines for a person. */
import { plural } from "../words";
import type {
  CloneClientEvent,
  CloneClientSummary,
  CloneServerEvent,
  CloneServerSummary,
} from "./events";

type CloneEvent = CloneServerEvent | CloneClientEvent;
type CloneSummary = CloneServerSummary | CloneClientSummary;

/** Events whose words are the same for all agents. */
type Shared = "listening" | "frame-rejected" | "finished";
type OwnEvent = Exclude<CloneEvent, { type: Shared }>;

/** Tells a Clone agent's event from those of others. */
export function isCloneEvent(event: { agent: string }): event is OwnEvent {
  return event.agent.startsWith("Clone-");
}

/** Says in a line what only a Clone agent reports. */
export function describeClone(event: OwnEvent): string {
  switch (event.type) {
    case "journal-read":
      return `journal read: ${entries(event.entries)} at update ${event.sequence}${event.tornBytes > 0 ? `, ${plural(event.tornBytes, "byte")} of a torn last line dropped` : ""}`;
    case "subscribed":
      return `somebody follows ${place(event.subtree)}`;
    case "snapshot-sent":
      return `snapshot of ${place(event.subtree)}: ${entries(event.entries)} at update ${event.sequence}`;
    case "applied":
      return `update ${event.sequence}: ${event.key} ${event.deleted ? "deleted" : "set"}`;
    case "expired":
      return `update ${event.sequence}: ${event.key} is over`;
    case "duplicate":
      return `change ${event.number} of ${event.writer} came again: ${event.key}`;
    case "out-of-order":
      return `change ${event.number} of ${event.writer} came too early: ${event.key}`;
    case "refused":
      return `refused a change of ${event.key}: ${event.reason}`;
    case "synchronising":
      return `asks for a snapshot (${event.reason})`;
    case "synchronised":
      return `synchronised at update ${event.sequence}: ${entries(event.entries)}`;
    case "update":
      return `update ${event.sequence}: ${event.key} ${event.deleted ? "deleted" : "set"}`;
    case "gap":
      return `a gap: ${event.got} should follow, and ${event.expected} is the last that came`;
    case "server-changed":
      return `the server is another one: ${event.server}`;
    case "server-silent":
      return `the server is silent for ${event.silentMs} ms: a new connection`;
    case "confirmed":
      return `change ${event.number} confirmed: ${event.key}`;
    case "resent":
      return `sends ${plural(event.changes, "change")} again: ${event.reason}`;
  }
}

/** Tells a Clone agent's summary from one of others. */
export function isCloneSummary(summary: object): summary is CloneSummary {
  return "snapshots" in summary;
}

/** Says in a line how a Clone agent's run ended. */
export function describeCloneSummary(summary: CloneSummary, seconds: string): string {
  const end = `${summary.outcome}: ${entries(summary.entries)} at update ${summary.sequence}, in ${seconds}`;
  const snapshots = plural(summary.snapshots, "snapshot");
  if ("applied" in summary)
    return `${end}: ${summary.applied} applied, ${summary.expired} expired, ${summary.refused} refused, ${snapshots}`;
  const { updates, gaps, confirmed, unconfirmed } = summary;
  return `${end}: ${plural(updates, "update")}, ${plural(gaps, "gap")}, ${snapshots}; ${confirmed} confirmed, ${unconfirmed} not`;
}

function entries(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

function place(subtree: string): string {
  return subtree === "" ? "the whole map" : subtree;
}
