/** The sockets of a team: agents of different skills behind one broker, and whoever leads their conversation. */
import { BROKER_ADDR } from "../../transport/addresses";
import { drawDiagram, type DiagramAgent, type SocketDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";

/** Who is in the team. */
export interface TeamDiagramOptions {
  /** The agents, and the service of each as the broker knows it. Default: planner, two analysts, critic, editor. */
  members?: Record<string, string>;
}

const MEMBERS = {
  Planner: "plan",
  "Analyst-1": "analyse",
  "Analyst-2": "analyse",
  Critic: "criticise",
  Editor: "edit",
};

/** Shows the sockets of a team. */
export async function showTeam(options: TeamDiagramOptions = {}): Promise<void> {
  showPicture(await drawTeam(options));
}

/** Draws what showTeam shows. */
export async function drawTeam(options: TeamDiagramOptions = {}): Promise<Picture> {
  return drawDiagram(teamDiagram(options));
}

/** The team as data for a diagram: a flow for each service. */
export function teamDiagram({ members = MEMBERS }: TeamDiagramOptions = {}): SocketDiagram {
  const names = Object.keys(members);
  const services = [...new Set(Object.values(members))];
  return {
    text: `Socket diagram. The client asks the broker, which gives each request to an agent of the service asked for: ${names.join(", ")}.`,
    agents: [client, broker, ...names.map(member)],
    flows: [
      {
        label: "requests, answers",
        from: [["Client", "requests"]],
        to: [["Broker", "peers"]],
        twoWay: true,
      },
      ...services.map((service) => ({
        label: `"${service}"`,
        from: [["Broker", "peers"]] as const,
        to: names
          .filter((name) => members[name] === service)
          .map((name) => [name, "requests"] as const),
        twoWay: true,
      })),
    ],
  };
}

const client: DiagramAgent = {
  name: "Client",
  role: "client",
  sockets: [{ name: "requests", type: "DEALER", side: "right" }],
};

const broker: DiagramAgent = {
  name: "Broker",
  role: "broker",
  sockets: [{ name: "peers", type: "ROUTER", binds: BROKER_ADDR }],
};

function member(name: string): DiagramAgent {
  return { name, role: "worker", sockets: [{ name: "requests", type: "DEALER" }] };
}
