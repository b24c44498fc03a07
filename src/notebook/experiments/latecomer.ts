/** A fault to inject: a worker that comes when the others have long been at work. */
import { resultCollectorAgent } from "../../agents/result-collector";
import { taskGeneratorAgent } from "../../agents/task-generator";
import { taskProcessorAgent } from "../../agents/task-processor";
import {
  orchestrate,
  type PipelineOptions,
  type PipelineReport,
} from "../../orchestration/pipeline";
import { unlessAborted } from "../../transport/patience";

/**
 * Runs a pipeline that starts with Worker-1 alone; Worker-2 is launched when `tasksBefore` tasks are sent.
 * @throws Error when an agent fails. The others are stopped.
 */
export function runWithLatecomer(
  tasksBefore: number,
  options: Omit<PipelineOptions, "workers" | "onEvent"> = {},
): Promise<PipelineReport> {
  let sent = 0;
  let launch = () => {};
  const itIsTime = new Promise<void>((resolve) => (launch = resolve));
  return orchestrate(
    {
      inTurn: true,
      collector: resultCollectorAgent,
      generator: (given) => taskGeneratorAgent({ ...given, workers: 1 }),
      processor: async (given) => {
        if (given.workerId === "2") await unlessAborted(itIsTime, given.signal);
        return taskProcessorAgent(given);
      },
    },
    {
      ...options,
      workers: 2,
      onEvent: ({ type }) => {
        if (type === "task-sent" && ++sent === tasksBefore) launch();
      },
    },
  );
}
