/** The sockets of a Majordomo pool: everybody connects to the broker, and everything goes both ways. */
import { BROKER_ADDR } from "../../transport/addresses";
import { drawDiagram, type DiagramAgent, type SocketDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";
import { workerNames } from "./pipeline-diagram";
import type { Role } from "./recording";

/** What of the pool to draw, and how. */
export interface MajordomoDiagramOptions {
  /** Default: 2. From 5 up the middle ones are left out. */
  workers?: number;
  /** The agents this is about; the others are drawn in grey. Default: all three. */
  highlight?: Role | readonly Role[];
  /** Where the broker binds. Default: BROKER_ADDR. */
  brokerAddr?: string;
}

/** Shows the sockets of a client, a broker and its workers. */
export async function showMajordomo(options: MajordomoDiagramOptions = {}): Promise<void> {
  showPicture(await drawMajordomo(options));
}

/** Draws what showMajordomo shows. */
export async function drawMajordomo(options: MajordomoDiagramOptions = {}): Promise<Picture> {
  return drawDiagram(majordomoDiagram(options));
}

/** The pool as data for a diagram. */
export function majordomoDiagram(options: MajordomoDiagramOptions = {}): SocketDiagram {
  const { workers = 2, highlight = ["client", "broker", "worker"] } = options;
  const isQuiet = (role: Role) => ![highlight].flat().includes(role);
  const names = workerNames(workers);
  const agents = [client, broker(options.brokerAddr ?? BROKER_ADDR), ...names.map(worker)];
  return {
    text: `Socket diagram. The client sends requests to the broker, which gives each to one of ${names.join(", ")}; answers go back the same way.`,
    agents: agents.map((agent) => ({ ...agent, quiet: isQuiet(agent.role) })),
    flows: [
      {
        label: "requests, answers",
        from: [["Client", "requests"]],
        to: [["Broker", "peers"]],
        twoWay: true,
      },
      {
        label: "requests, answers\nand heartbeats",
        from: [["Broker", "peers"]],
        to: names.map((name) => [name, "requests"] as const),
        twoWay: true,
      },
    ],
  };
}

type PoolAgent = DiagramAgent & { role: Role };

const client: PoolAgent = {
  name: "Client",
  role: "client",
  sockets: [{ name: "requests", type: "DEALER", side: "right" }],
};

function broker(binds: string): PoolAgent {
  return { name: "Broker", role: "broker", sockets: [{ name: "peers", type: "ROUTER", binds }] };
}

function worker(name: string): PoolAgent {
  return { name, role: "worker", sockets: [{ name: "requests", type: "DEALER" }] };
}
