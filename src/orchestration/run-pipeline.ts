/** The whole pipeline in one event loop: agents are functions, the wire between them is real. */
import { resultCollectorAgent } from "../agents/result-collector";
import { taskGeneratorAgent, type TaskGeneratorOptions } from "../agents/task-generator";
import { taskProcessorAgent, type TaskProcessorOptions } from "../agents/task-processor";
import { orchestrate, type PipelineOptions, type PipelineReport } from "./pipeline";

/** Options of {@link runPipeline}. */
export interface RunPipelineOptions
  extends
    PipelineOptions,
    Pick<TaskGeneratorOptions, "createData">,
    Pick<TaskProcessorOptions, "work" | "streamParts"> {}

/**
 * Runs generator, workers and collector together until all is done.
 * @throws Error when an agent fails: a port is taken, a worker does not come. The others are stopped.
 */
export function runPipeline(options: RunPipelineOptions = {}): Promise<PipelineReport> {
  const { createData, work, streamParts, ...shared } = options;
  return orchestrate(
    {
      inTurn: true,
      collector: resultCollectorAgent,
      generator: (generatorOptions) => taskGeneratorAgent({ ...generatorOptions, createData }),
      processor: (processorOptions) =>
        taskProcessorAgent({ ...processorOptions, work, streamParts }),
    },
    shared,
  );
}
