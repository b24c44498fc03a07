/** Whose answer a refusal is. */
import { parseTask, type Wire } from "../../messages/frame";
import { END_OF_TASKS } from "../../messages/task-message";

/**
 * Gives the task_id of a request that is refused, however large it is: without it the client could not
 * tell what was refused. "unknown" for a body that is no task.
 */
export function taskIdOf(body: readonly Buffer[], { codec }: Pick<Wire, "codec">): string {
  const parsed = parseTask(body, { codec, maxFrameBytes: Infinity });
  const taskId = parsed.ok ? parsed.message.task_id : END_OF_TASKS;
  return taskId === END_OF_TASKS ? "unknown" : taskId;
}
