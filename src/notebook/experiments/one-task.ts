/** One task, from a generator to a worker and on to a collector. */
import type { Payload } from "../../messages/payload";
import { runPipeline, type RunPipelineOptions } from "../../orchestration/run-pipeline";

/** Sends one task with that data through a pipeline, over sockets, and gives the data of its result. */
export async function sendOneTask(
  data: Payload,
  options: Pick<RunPipelineOptions, "work" | "codec" | "signal">,
): Promise<Payload> {
  const createData = () => data;
  const { results } = await runPipeline({ ...ANY_PORTS, ...JOB, ...options, createData });
  if (results[0]) return results[0].result_data;
  throw new Error("The task was stopped before its result came.");
}

const JOB = { tasks: 1, workers: 1, taskDelayMs: 0, workMs: [0] };

const ANY_PORTS = {
  taskVentilatorAddr: "tcp://127.0.0.1:*",
  resultCollectorAddr: "tcp://127.0.0.1:*",
  controlSyncAddr: "tcp://127.0.0.1:*",
};
