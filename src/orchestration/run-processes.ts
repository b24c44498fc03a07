/** The whole pipeline with one operating system process an agent: one can die and the others live on. */
import type { TaskProcessorOptions } from "../agents/task-processor";
import { runAgent } from "./agent-process";
import { orchestrate, type PipelineOptions, type PipelineReport } from "./pipeline";

/** Options of {@link runProcesses}. A function does not go from one process to another, its module's path does. */
export interface RunProcessesOptions
  extends PipelineOptions, Pick<TaskProcessorOptions, "streamParts"> {
  /** A module whose export `work` does the tasks. */
  workFile?: string;
  /** A module whose export `createData` gives the data of task `n`. */
  dataFile?: string;
}

/**
 * Runs generator, workers and collector as processes until all is done. A "process-started" event
 * tells each one's pid; a process that is killed does not stop the others.
 * @throws Error when an agent fails by itself, with what it wrote to stderr. The others are stopped.
 */
export function runProcesses(options: RunProcessesOptions = {}): Promise<PipelineReport> {
  const { workFile: work, dataFile: data, streamParts, ...shared } = options;
  return orchestrate(
    {
      inTurn: false,
      collector: (collectorOptions) => runAgent("result-collector", "Collector", collectorOptions),
      generator: (generatorOptions) => {
        const flags = { ...generatorOptions, data };
        return runAgent<never>("task-generator", "Generator", flags);
      },
      processor: (processorOptions) => {
        const flags = { ...processorOptions, work, streamParts };
        return runAgent<never>("task-processor", `Worker-${processorOptions.workerId}`, flags);
      },
    },
    shared,
  );
}
