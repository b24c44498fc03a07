/** The text that this tutorial's agents read: its own chapters. */
import path from "node:path";
import type { EngineResult } from "../../agents/ai/engine-work";
import type { TeamDocument } from "../../agents/ai/team/library";
import type { Skill } from "../../engines/engine";
import { isFailedResult } from "../../messages/result-message";
import type { PipelineReport } from "../../orchestration/pipeline";
import { readDocument, REPOSITORY } from "../../orchestration/team/documents";

/** The chapters before the one about AI agents, which would otherwise change when it is about itself. */
const FILES = [
  "01-setup",
  "02-messages",
  "03-task-generator",
  "04-task-processor",
  "05-result-collector",
  "06-orchestration",
  "07-conclusion",
  "08-error-handling",
  "09-dynamic-workers",
  "10-load-balancing",
  "11-broadcast",
  "12-payloads",
];

/** A chapter's prose, without its code. */
export interface Chapter extends TeamDocument {
  /** "8 · error handling": from the file's name, short enough for a plot. */
  name: string;
}

/** Reads the prose of chapters 1 to 12 of this repository. */
export function readChapters(): Chapter[] {
  return FILES.map((file) => {
    const document = readDocument(path.join(REPOSITORY, "notebooks", `${file}.ipynb`));
    const [, number, words] = /^0*(\d+)-(.*)$/.exec(file)!;
    return { ...document, name: `${number} · ${words!.replaceAll("-", " ")}` };
  });
}

/** The answers of a pipeline whose work is an engine, in the order in which its tasks were sent. @throws Error when one failed. */
export function answersInOrder<S extends Skill>({
  events,
  results,
}: Pick<PipelineReport, "events" | "results">): EngineResult<S>[] {
  const byTask = new Map(results.map((result) => [result.task_id, result]));
  return events.flatMap((event) => {
    if (event.type !== "task-sent") return [];
    const result = byTask.get(event.taskId);
    if (!result || isFailedResult(result.result_data))
      throw new Error(`There is no answer to a task: ${JSON.stringify(result?.result_data)}`);
    return [result.result_data as EngineResult<S>];
  });
}
