/** The kernel's own ZeroMQ sockets: Jupyter writes into a file where they are, the kernel binds them. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { SocketDiagram } from "../pictures/diagram";

/** One of the five sockets that every Jupyter kernel binds. */
export interface KernelSocket {
  name: "shell" | "control" | "heartbeat" | "iopub" | "stdin";
  /** The kernel's type of socket. */
  type: "ROUTER" | "REP" | "PUB";
  /** What flows through it. */
  carries: string;
  address: string;
}

const sockets: Omit<KernelSocket, "address">[] = [
  { name: "shell", type: "ROUTER", carries: "run this cell" },
  { name: "control", type: "ROUTER", carries: "shut down" },
  { name: "heartbeat", type: "REP", carries: "are you there?" },
  { name: "iopub", type: "PUB", carries: "what a cell prints" },
  { name: "stdin", type: "ROUTER", carries: "questions to you" },
];

/** Reads where the kernel that runs this code listens. @throws Error where there is no kernel. */
export function kernelSockets(): KernelSocket[] {
  const file = connectionFile(process.argv.slice(2));
  if (file !== undefined) return socketsIn(readFileSync(file, "utf8"));
  throw new Error(
    "Cannot find the kernel's connection file as this program was started without --config-path. Run this in a notebook.",
  );
}

/** The file also holds the key that signs messages, which stays there. */
interface ConnectionFile {
  transport: "tcp" | "ipc";
  ip: string;
  [port: `${string}_port`]: number;
}

/** Reads the addresses out of a connection file's text (jupyter-client's "connection files"). */
export function socketsIn(connectionFile: string): KernelSocket[] {
  const connection = JSON.parse(connectionFile) as ConnectionFile;
  const { transport, ip } = connection;
  return sockets.map((socket) => {
    const port = connection[`${socket.name === "heartbeat" ? "hb" : socket.name}_port`];
    const address = `${transport}://${ip}${transport === "tcp" ? ":" : "-"}${port}`;
    return { ...socket, address };
  });
}

/** Finds the path that Jupyter gave the kernel on its command line. */
export function connectionFile(args: string[]): string | undefined {
  const options = { "config-path": { type: "string" } } as const;
  return parseArgs({ args, options, strict: false }).values["config-path"] as string | undefined;
}

const peers = { ROUTER: "DEALER", REP: "REQ", PUB: "SUB" };
const asked = ["shell", "control", "heartbeat"];

/** JupyterLab and a kernel as a diagram: what goes in from the left, what comes out at the right. */
export function kernelDiagram(): SocketDiagram {
  const isAsked = ({ name }: { name: string }) => asked.includes(name);
  const peer = ({ name, type }: (typeof sockets)[number]) => ({ name, type: peers[type] });
  const right = { side: "right" } as const;
  const kernel = sockets.map((socket) => ({
    name: socket.name,
    type: `${socket.type} ${socket.name}`,
    binds: "a port",
    ...(!isAsked(socket) && right),
  }));
  const [ins, outs] = [sockets.filter(isAsked), sockets.filter((socket) => !isAsked(socket))];
  return {
    text: `Socket diagram. JupyterLab and its kernel are connected by five sockets: ${sockets.map(({ name }) => name).join(", ")}.`,
    agents: [
      {
        name: "JupyterLab: you press Run",
        role: "generator",
        sockets: ins.map((socket) => ({ ...peer(socket), ...right })),
      },
      { name: "Kernel: runs the cell", role: "worker", sockets: kernel },
      { name: "JupyterLab: you see", role: "collector", sockets: outs.map(peer) },
    ],
    flows: [
      ...ins.map(({ name, carries }) => ({
        label: carries,
        from: [["JupyterLab: you press Run", name]] as const,
        to: [["Kernel: runs the cell", name]] as const,
      })),
      ...outs.map(({ name, carries }) => ({
        label: carries,
        from: [["Kernel: runs the cell", name]] as const,
        to: [["JupyterLab: you see", name]] as const,
      })),
    ],
  };
}
