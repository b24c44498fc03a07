/** The pipeline's sockets: who binds, who connects, and what flows. */
import {
  CONTROL_SYNC_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
  type PipelineAddresses,
} from "../../transport/addresses";
import { drawDiagram, type DiagramAgent, type DiagramFlow, type SocketDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";
import type { Role } from "./recording";

/** What of the pipeline to draw, and how. */
export interface PipelineDiagramOptions extends PipelineAddresses {
  /** Default: 2. From 5 up the middle ones are left out. */
  workers?: number;
  /** The agents this is about; the others are drawn in grey. Default: all three. */
  highlight?: Role | readonly Role[];
}

/** Shows the sockets of the pipeline. */
export async function showPipeline(options: PipelineDiagramOptions = {}): Promise<void> {
  showPicture(await drawPipeline(options));
}

/** Draws what showPipeline shows. */
export async function drawPipeline(options: PipelineDiagramOptions = {}): Promise<Picture> {
  return drawDiagram(pipelineDiagram(options));
}

/** The pipeline as data for a diagram. */
export function pipelineDiagram(options: PipelineDiagramOptions = {}): SocketDiagram {
  const { workers = 2, highlight = ["generator", "worker", "collector"] } = options;
  const isQuiet = (role: Role) => ![highlight].flat().includes(role);
  const names = workerNames(workers);
  const [generator, collector] = ends(options);
  const agents = [generator, ...names.map(worker), collector];
  return {
    text: `Socket diagram. The generator sends START and tasks to ${names.join(", ")}; each sends results to the collector.`,
    agents: agents.map((agent) => ({ ...agent, quiet: isQuiet(agent.role) })),
    flows: flowsThrough(names),
  };
}

type PipelineAgent = DiagramAgent & { role: Role };

function ends({
  taskVentilatorAddr = TASK_VENTILATOR_ADDR,
  resultCollectorAddr = RESULT_COLLECTOR_ADDR,
  controlSyncAddr = CONTROL_SYNC_ADDR,
}: PipelineAddresses): [generator: PipelineAgent, collector: PipelineAgent] {
  const start = { name: "start", type: "PUB", binds: controlSyncAddr, side: "right" } as const;
  const tasks = { name: "tasks", type: "PUSH", binds: taskVentilatorAddr, side: "right" } as const;
  const results = { name: "results", type: "PULL", binds: resultCollectorAddr } as const;
  return [
    { name: "Generator", role: "generator", sockets: [start, tasks] },
    { name: "Collector", role: "collector", sockets: [results] },
  ];
}

function worker(name: string): PipelineAgent {
  const sockets = [
    { name: "start", type: "SUB" },
    { name: "tasks", type: "PULL" },
    { name: "results", type: "PUSH", side: "right" },
  ] as const;
  return { name, role: "worker", sockets };
}

function flowsThrough(workers: string[]): DiagramFlow[] {
  const each = (socket: string) => workers.map((name) => [name, socket] as const);
  return [
    { label: "START", from: [["Generator", "start"]], to: each("start"), dashed: true },
    { label: "tasks", from: [["Generator", "tasks"]], to: each("tasks") },
    { label: "results", from: each("results"), to: [["Collector", "results"]] },
  ];
}

/** The most workers that a diagram shows by name. */
const MOST_WORKERS = 4;

/** The names that a diagram shows. @throws RangeError when `workers` is not a whole number from 1 up. */
export function workerNames(workers: number): string[] {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(
      `Cannot use workers as it must be a whole number from 1 up: current value is ${workers}`,
    );
  }
  const names = Array.from({ length: workers }, (_, index) => `Worker-${index + 1}`);
  return workers > MOST_WORKERS ? ["Worker-1", `${workers - 2} more`, `Worker-${workers}`] : names;
}
