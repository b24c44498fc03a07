/** A worker that speaks another payload format than everybody else. */
import { resultCollectorAgent } from "../../agents/result-collector";
import { taskGeneratorAgent } from "../../agents/task-generator";
import { taskProcessorAgent } from "../../agents/task-processor";
import type { AgentEvent } from "../../agents/events";
import type { CodecName } from "../../messages/codecs/named";
import {
  orchestrate,
  type PipelineOptions,
  type PipelineReport,
} from "../../orchestration/pipeline";

/** What of a pipeline's options makes sense here. */
export type ForeignWorkerOptions = Pick<
  PipelineOptions,
  "signal" | "taskVentilatorAddr" | "resultCollectorAddr" | "controlSyncAddr"
>;

/**
 * Runs a pipeline of ten tasks and two workers, on JSON but for Worker-2. Nobody would ever end it: so it
 * is stopped when Worker-1 is done and Worker-2 has refused its half of the tasks and its END.
 */
export async function runWithForeignWorker(
  codec: CodecName,
  options: ForeignWorkerOptions = {},
): Promise<PipelineReport> {
  const stop = new AbortController();
  let refused = 0;
  let isOtherDone = false;
  const onEvent = ({ agent, type }: AgentEvent) => {
    if (agent === "Worker-2" && type === "frame-rejected") refused++;
    if (type === "worker-done") isOtherDone = true;
    if (isOtherDone && refused >= TASKS / 2 + 1) stop.abort();
  };
  return orchestrate(
    {
      inTurn: true,
      collector: resultCollectorAgent,
      generator: taskGeneratorAgent,
      processor: (given) =>
        taskProcessorAgent({ ...given, codec: given.workerId === "2" ? codec : "json" }),
    },
    { ...options, ...JOB, onEvent, signal: anyOf(options.signal, stop.signal) },
  );
}

const TASKS = 10;
const JOB = { tasks: TASKS, workers: 2, taskDelayMs: 0, workMs: [0, 0] };

function anyOf(given: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return given ? AbortSignal.any([given, own]) : own;
}
