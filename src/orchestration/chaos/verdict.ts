/** Whether a chaos run kept every promise. Pure. */
import type { AgentEvent } from "../../agents/events";
import type { MajordomoClientSummary } from "../../agents/majordomo/events";
import type { ChaosPlan, ChaosTask, Temper } from "./plan";
import { resultOf } from "./work";

/** These end as dead letters, all others as results. */
const lost: Temper[] = ["poison", "fails-always"];

/** Says what went wrong, a sentence each; nothing when every task ended exactly once, and as it had to. */
export function judge(
  plan: ChaosPlan,
  client: MajordomoClientSummary,
  events: readonly AgentEvent[],
): string[] {
  const endings = endingsOf(events);
  const wrong = plan.tasks.flatMap((task) => judgeTask(task, endings.get(task.n) ?? []));
  if (client.outcome !== "complete") wrong.push(`the client ended as "${client.outcome}"`);
  if (client.unanswered > 0) wrong.push(`${client.unanswered} tasks are unanswered`);
  return wrong;
}

/** How a task ended: with a result, or with the reason of a dead letter. */
type Ending = { result: unknown } | { reason: string; attempts: number };

/** By task, every end it had: by what the client reported, not by what it kept. */
function endingsOf(events: readonly AgentEvent[]): Map<number, Ending[]> {
  const numbers = new Map<string, number>();
  const endings = new Map<number, Ending[]>();
  const note = (taskId: string, ending: Ending) => {
    const n = numbers.get(taskId) ?? 0;
    endings.set(n, [...(endings.get(n) ?? []), ending]);
  };
  for (const event of events) {
    if (event.agent !== "Client") continue;
    if (event.type === "task-sent") numbers.set(event.taskId, (event.data as ChaosTask).n);
    if (event.type === "result-received" && !event.failed)
      note(event.taskId, { result: event.result });
    if (event.type === "dead-letter") {
      const { error, attempts } = event.deadLetter;
      note(event.taskId, { reason: error.message, attempts: attempts.length });
    }
  }
  return endings;
}

function judgeTask({ n, temper }: ChaosTask, endings: Ending[]): string[] {
  const [ending] = endings;
  const task = `task ${n} (${temper})`;
  if (!ending) return [`${task} never ended`];
  if (endings.length > 1) return [`${task} ended ${endings.length} times`];
  if ("result" in ending) {
    if (lost.includes(temper)) return [`${task} has a result, and cannot have one`];
    return ending.result === resultOf(n) ? [] : [`${task} has the result ${String(ending.result)}`];
  }
  if (!lost.includes(temper)) return [`${task} is a dead letter: ${ending.reason}`];
  return ending.attempts > 0 ? [] : [`${task} is a dead letter without a history`];
}
