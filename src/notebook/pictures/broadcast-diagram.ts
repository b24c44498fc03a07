/** The sockets of a broadcast: one tells, many listen, each to what it has asked for. */
import { BROADCAST_ADDR, LAST_VALUE_ADDR } from "../../transport/addresses";
import { drawDiagram, type DiagramAgent, type DiagramFlow, type SocketDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";

/** What of the broadcast to draw. */
export interface BroadcastDiagramOptions {
  /** Who listens to which topics. Default: two subscribers of two topics. */
  subscribers?: Record<string, string>;
  /** Whether a last value cache stands in the middle. Default: false. */
  cache?: boolean;
}

/** Shows the sockets of a publisher and its subscribers. */
export async function showBroadcast(options: BroadcastDiagramOptions = {}): Promise<void> {
  showPicture(await drawBroadcast(options));
}

/** Draws what showBroadcast shows. */
export async function drawBroadcast(options: BroadcastDiagramOptions = {}): Promise<Picture> {
  return drawDiagram(broadcastDiagram(options));
}

/** The broadcast as data for a diagram. */
export function broadcastDiagram({
  subscribers = { "Subscriber-1": "status.", "Subscriber-2": "found." },
  cache = false,
}: BroadcastDiagramOptions = {}): SocketDiagram {
  const source = cache ? ([CACHE, "present"] as const) : (["Publisher", "news"] as const);
  const names = Object.keys(subscribers).join(" and ");
  const heard = Object.entries(subscribers).map(([name, topics]): DiagramFlow => ({
    label: topics === "" ? "everything" : `"${topics}"`,
    from: [source],
    to: [[name, "news"]],
  }));
  return {
    text: `Socket diagram. The publisher tells ${cache ? "the last value cache, and that tells " : ""}${names} what each has asked for.`,
    agents: [publisher, ...(cache ? [middle] : []), ...Object.keys(subscribers).map(subscriber)],
    flows: cache ? [everything, ...heard] : heard,
  };
}

const CACHE = "Cache";

const publisher: DiagramAgent = {
  name: "Publisher",
  role: "generator",
  sockets: [{ name: "news", type: "XPUB", binds: BROADCAST_ADDR, side: "right" }],
};

const middle: DiagramAgent = {
  name: CACHE,
  role: "broker",
  sockets: [
    { name: "news", type: "SUB" },
    { name: "present", type: "XPUB", binds: LAST_VALUE_ADDR, side: "right" },
  ],
};

const everything: DiagramFlow = {
  label: "all",
  from: [["Publisher", "news"]],
  to: [[CACHE, "news"]],
};

function subscriber(name: string): DiagramAgent {
  return { name, role: "worker", sockets: [{ name: "news", type: "SUB" }] };
}
