/** What is wrong with a collector's answer to a round, in words. */
import { isMap } from "node:util/types";
import type { Round } from "./result-collector-rounds";

/** How the reader's function ended. */
export type Ending =
  { how: "returned"; value: unknown } | { how: "threw"; error: unknown } | { how: "hung" };

/** Tells what is wrong, if anything is; `taken` is how many frames the reader's function has received. */
export function judge(
  round: Round,
  taken: number,
  ending: Exclude<Ending, { how: "hung" }>,
): string | undefined {
  const place = sayPlace(round, taken);
  if (ending.how === "threw") return `it threw \`${sayError(ending.error)}\` ${place}.`;
  if (taken === round.frames.length) return judgeResults(round, ending.value);
  const hint = round.frames[taken - 1]?.stoppedTooEarly ?? "";
  return `it ended ${place}, with ${sayProgress(round, taken)}. ${hint}`.trim();
}

function sayPlace({ frames }: Round, taken: number): string {
  if (taken === 0) return "before it had received anything";
  return `after message ${taken} of ${frames.length} (${frames[taken - 1]!.what})`;
}

function sayProgress({ frames, tasks, workers }: Round, taken: number): string {
  const count = (wanted: string) =>
    frames.slice(0, taken).filter(({ kind }) => kind === wanted).length;
  return `${count("result")} of ${tasks} results and ${count("worker-done")} of ${workers} WORKER_DONE`;
}

function sayError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The values are the reader's, so only their task_id is looked at. */
function judgeResults({ tasks }: Round, value: unknown): string | undefined {
  if (!isMap(value))
    return `it returned ${sayValue(value)}. Return a \`Map\` of results by task_id.`;
  const expected = Array.from({ length: tasks }, (_, index) => `task-${index + 1}`);
  const missing = expected.filter(
    (taskId) => (value.get(taskId) as { task_id?: unknown } | undefined)?.task_id !== taskId,
  );
  if (missing.length > 0) return `the Map has no result message under ${missing.join(", ")}.`;
  const surplus = [...value.keys()].filter((key) => !expected.includes(key as string));
  return surplus.length > 0
    ? `the Map also holds ${surplus.map(String).join(", ")}, which is no task's result.`
    : undefined;
}

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "something else" : String(value);
}
