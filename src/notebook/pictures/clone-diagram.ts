/** The sockets of the Clone pattern: one server, and clients that each keep a copy. */
import {
  CLONE_CHANGES_ADDR,
  CLONE_SNAPSHOT_ADDR,
  CLONE_UPDATES_ADDR,
} from "../../transport/addresses";
import { drawDiagram, type DiagramAgent, type SocketDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";

/** Who keeps a copy. */
export interface CloneDiagramOptions {
  /** Default: Ann and Bob. */
  clients?: readonly string[];
}

/** Shows the sockets of a Clone server and its clients. */
export async function showClone(options: CloneDiagramOptions = {}): Promise<void> {
  showPicture(await drawClone(options));
}

/** Draws what showClone shows. */
export async function drawClone(options: CloneDiagramOptions = {}): Promise<Picture> {
  return drawDiagram(cloneDiagram(options));
}

/** The pattern as data for a diagram. */
export function cloneDiagram({
  clients = ["Ann", "Bob"],
}: CloneDiagramOptions = {}): SocketDiagram {
  const each = (socket: string) => clients.map((name) => [name, socket] as const);
  const flow = (socket: string, label: string) => ({
    label,
    from: [["Server", socket]] as const,
    to: each(socket),
  });
  return {
    text: `Socket diagram. ${clients.join(" and ")} ask the server for the state, hear its updates, and send it their changes.`,
    agents: [server, ...clients.map(client)],
    flows: [
      { ...flow("snapshots", "ask for the state,\nand get it"), twoWay: true },
      flow("updates", "updates, in order"),
      { ...flow("changes", "changes"), backwards: true },
    ],
  };
}

const server: DiagramAgent = {
  name: "Server",
  role: "broker",
  sockets: [
    { name: "snapshots", type: "ROUTER", binds: CLONE_SNAPSHOT_ADDR, side: "right" },
    { name: "updates", type: "XPUB", binds: CLONE_UPDATES_ADDR, side: "right" },
    { name: "changes", type: "SUB", binds: CLONE_CHANGES_ADDR, side: "right" },
  ],
};

function client(name: string): DiagramAgent {
  return {
    name,
    role: "worker",
    sockets: [
      { name: "snapshots", type: "DEALER" },
      { name: "updates", type: "SUB" },
      { name: "changes", type: "XPUB" },
    ],
  };
}
