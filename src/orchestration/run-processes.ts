/** The whole pipeline with one operating system process an agent: one can die and the others live on. */
import { runAgent } from "./agent-process";
import { orchestrate, type PipelineOptions, type PipelineReport } from "./pipeline";

/**
 * Runs generator, workers and collector as processes until all is done. A "process-started" event
 * tells each one's pid; a process that is killed does not stop the others.
 * @throws Error when an agent fails by itself, with what it wrote to stderr. The others are stopped.
 */
export function runProcesses(options: PipelineOptions = {}): Promise<PipelineReport> {
  return orchestrate(
    {
      inTurn: false,
      collector: (collectorOptions) => runAgent("result-collector", "Collector", collectorOptions),
      generator: (generatorOptions) => runAgent("task-generator", "Generator", generatorOptions),
      processor: (processorOptions) =>
        runAgent("task-processor", `Worker-${processorOptions.workerId}`, processorOptions),
    },
    options,
  );
}
