/** A fault to inject: somebody connects to the tasks who is no worker of ours. */
import { Context, Pull } from "zeromq";
import type { AgentEvent } from "../../agents/events";
import { parseTaskFrame } from "../../messages/frame";
import { isEndMessage } from "../../messages/task-message";
import { runPipeline, type RunPipelineOptions } from "../../orchestration/run-pipeline";
import type { PipelineReport } from "../../orchestration/pipeline";

/** What became of a pipeline with a stranger at it. */
export interface StrangerReport {
  report: PipelineReport;
  /** Tasks that went to the stranger. */
  taken: number;
}

/** Runs a pipeline to whose tasks a bare PULL socket connects: it reads what it is given, up to END. */
export async function runWithStranger(options: RunPipelineOptions = {}): Promise<StrangerReport> {
  const stranger = new Pull({ context: new Context() });
  const taking = countTasks(stranger);
  const connect = (event: AgentEvent) => {
    if (event.type === "listening" && event.agent === "Generator")
      stranger.connect(event.addresses[0]!);
  };
  const report = await runPipeline({ ...options, onEvent: connect }).finally(() =>
    stranger.close(),
  );
  return { report, taken: await taking };
}

/** Counts until END, then hangs up, as a worker does. */
async function countTasks(stranger: Pull): Promise<number> {
  let tasks = 0;
  for await (const [frame] of stranger) {
    const parsed = parseTaskFrame(frame!);
    if (parsed.ok && isEndMessage(parsed.message)) break;
    tasks++;
  }
  stranger.close();
  return tasks;
}
