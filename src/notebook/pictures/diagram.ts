/** Agents, their sockets, and what flows between them, laid out by Graphviz. */
import { COLOUR, FONT, TINT } from "./palette";
import { showPicture, svgToPicture, type Picture } from "./picture";
import type { Role } from "./recording";

/** An agent in a diagram. */
export interface DiagramAgent {
  name: string;
  /** Gives the colour. Default: "worker". */
  role?: Role;
  /** Grey, because it is not what this is about. Default: false. */
  quiet?: boolean;
  sockets: readonly DiagramSocket[];
}

/** A socket of an agent in a diagram. */
export interface DiagramSocket {
  /** What flows through it: flows name it so. */
  name: string;
  /** "PUSH", "PULL", "PUB", "SUB", … */
  type: string;
  /** The address, where the socket binds; it connects otherwise. */
  binds?: string;
  /** Default: "left". */
  side?: "left" | "right";
}

/** An agent's socket, where a flow begins or ends: ["Generator", "tasks"]. */
export type Dock = readonly [agent: string, socket: string];

/** What flows from sockets to sockets. It has the colour of its senders. */
export interface DiagramFlow {
  /** May have several lines. */
  label: string;
  from: readonly Dock[];
  to: readonly Dock[];
  /** For signals, as distinct from data. Default: false. */
  dashed?: boolean;
  /** Something flows back as well. Default: false. */
  twoWay?: boolean;
  /** It flows only back, and has the colour of those who send then; `from` stays on the left. Default: false. */
  backwards?: boolean;
}

/** A diagram of sockets. */
export interface SocketDiagram {
  /** What it shows, in one line. */
  text: string;
  agents: readonly DiagramAgent[];
  flows: readonly DiagramFlow[];
}

/** Shows agents, their sockets, and what flows between them. */
export async function showDiagram(diagram: SocketDiagram): Promise<void> {
  showPicture(await drawDiagram(diagram));
}

/** Draws what showDiagram shows. */
export async function drawDiagram(diagram: SocketDiagram): Promise<Picture> {
  const { instance } = await import("@viz-js/viz");
  const svg = (await instance()).renderString(diagramGraph(diagram), { format: "svg" });
  return svgToPicture(svg.replaceAll(LAYOUT_FONT, FONT), diagram.text);
}

/** Graphviz knows this font's widths, and they are generous for DejaVu. */
const LAYOUT_FONT = "Courier";

/** The graph that Graphviz lays out: agents, and a flow's label as a node where its lines meet. */
export function diagramGraph({ agents, flows }: SocketDiagram) {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  return {
    directed: true,
    graphAttributes: {
      rankdir: "LR",
      nodesep: 0.3,
      ranksep: 0.7,
      ordering: "out",
      bgcolor: "transparent",
    },
    nodeAttributes: { shape: "plain", fontname: LAYOUT_FONT },
    edgeAttributes: { penwidth: 1.5, arrowsize: 0.8 },
    nodes: [
      ...agents.map((agent) => ({
        name: agent.name,
        attributes: { label: { html: agentTable(agent) } },
      })),
      ...flows.map((flow) => ({
        name: `flow ${flow.label}`,
        attributes: { label: { html: flowLabel(flow.label, flowColour(flow, byName)) } },
      })),
    ],
    edges: flows.flatMap((flow) => flowEdges(flow, flowColour(flow, byName))),
  };
}

function flowEdges({ label, from, to, dashed, twoWay, backwards }: DiagramFlow, color: string) {
  const attributes = { color, style: dashed ? "dashed" : "solid" };
  const meeting = `flow ${label}`;
  return [
    ...from.map(([tail, socket]) => ({
      tail,
      head: meeting,
      attributes: {
        ...attributes,
        tailport: `${socket}:e`,
        headport: "w",
        dir: twoWay || backwards ? "back" : "none",
      },
    })),
    ...to.map(([head, socket]) => ({
      tail: meeting,
      head,
      attributes: {
        ...attributes,
        tailport: "e",
        headport: `${socket}:w`,
        dir: backwards ? "none" : "forward",
      },
    })),
  ];
}

/** Grey, where nobody at either end is what the diagram is about. */
function flowColour(flow: DiagramFlow, agents: Map<string, DiagramAgent>): string {
  const { from, to, backwards } = flow;
  const senders = backwards ? to : from;
  const isQuiet = [...from, ...to].every(([agent]) => agents.get(agent)?.quiet);
  return isQuiet ? COLOUR.unfinished : COLOUR[agents.get(senders[0]?.[0] ?? "")?.role ?? "worker"];
}

function flowLabel(label: string, colour: string): string {
  const text = `<FONT POINT-SIZE="13" COLOR="${colour}"><B>${escape(label).replaceAll("\n", "<BR/>")}</B></FONT>`;
  return `<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="9"><TR><TD>${text}</TD></TR></TABLE>`;
}

/** Graphviz takes a table in an HTML of its own; a socket is a cell that a flow can dock at. */
function agentTable({ name, role = "worker", quiet = false, sockets }: DiagramAgent): string {
  const [line, fill, ink] = quiet
    ? [COLOUR.unfinished, TINT.unfinished, COLOUR.quiet]
    : [COLOUR[role], TINT[role], COLOUR.ink];
  const [left, right] = (["left", "right"] as const).map((side) =>
    sockets.filter((socket) => (socket.side ?? "left") === side),
  );
  const rows = Array.from({ length: Math.max(left?.length ?? 0, right?.length ?? 0) }, (_, row) => {
    const cells = [left?.[row], right?.[row]].filter(
      (_, side) => (side === 0 ? left : right)?.length,
    );
    return `<TR>${cells.map((socket) => socketCell(socket, ink)).join("")}</TR>`;
  });
  const columns = (left?.length ? 1 : 0) + (right?.length ? 1 : 0);
  const title = `<TD COLSPAN="${columns}"><FONT POINT-SIZE="14" COLOR="${ink}"><B>${escape(name)}</B></FONT></TD>`;
  return `<TABLE BORDER="1.5" CELLBORDER="0" CELLSPACING="0" CELLPADDING="5" COLOR="${line}" BGCOLOR="${fill}" STYLE="ROUNDED"><TR>${title}</TR>${rows.join("")}</TABLE>`;
}

function socketCell(socket: DiagramSocket | undefined, ink: string): string {
  if (!socket) return "<TD></TD>";
  const where = socket.binds === undefined ? "○ connects" : `● binds ${escape(socket.binds)}`;
  const type = `<FONT POINT-SIZE="12" COLOR="${ink}"><B>${escape(socket.type)}</B></FONT>`;
  const how = `<FONT POINT-SIZE="10" COLOR="${COLOUR.quiet}">${where}</FONT>`;
  return `<TD PORT="${escape(socket.name)}" BALIGN="LEFT">${type}<BR/>${how}</TD>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
