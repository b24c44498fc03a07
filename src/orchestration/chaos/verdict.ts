/** Whether a chaos run kept every promise. Pure. */
import type { AgentEvent } from "../../agents/events";
import type { MajordomoClientSummary } from "../../agents/majordomo/events";
import type { Attempt } from "../../messages/dead-letter";
import type { ChaosPlan, ChaosTask, Strike, Temper } from "./plan";
import { resultOf } from "./work";

/** These end as dead letters; all others as results, bad luck apart. */
const lost: Temper[] = ["poison", "fails-always"];

/**
 * Says what went wrong, a sentence each; nothing when every task ended exactly once, and as it had to. Of
 * the faults it needs the `strikes`: a good task may be a dead letter only if they cost it its workers.
 */
export function judge(
  plan: ChaosPlan,
  client: MajordomoClientSummary,
  events: readonly AgentEvent[],
  strikes: readonly Strike[],
): string[] {
  const endings = endingsOf(events);
  const wrong = plan.tasks.flatMap((task) => judgeTask(task, endings.get(task.n) ?? [], strikes));
  if (client.outcome !== "complete") wrong.push(`the client ended as "${client.outcome}"`);
  if (client.unanswered > 0) wrong.push(`${client.unanswered} tasks are unanswered`);
  return wrong;
}

/** How a task ended: with a result, or with the reason of a dead letter. */
type Ending = { result: unknown } | { reason: string; attempts: Attempt[] };

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
      note(event.taskId, { reason: error.message, attempts });
    }
  }
  return endings;
}

function judgeTask(
  { n, temper }: ChaosTask,
  endings: Ending[],
  strikes: readonly Strike[],
): string[] {
  const [ending] = endings;
  const task = `task ${n} (${temper})`;
  if (!ending) return [`${task} never ended`];
  if (endings.length > 1) return [`${task} ended ${endings.length} times`];
  if ("result" in ending) {
    if (lost.includes(temper)) return [`${task} has a result, and cannot have one`];
    return ending.result === resultOf(n) ? [] : [`${task} has the result ${String(ending.result)}`];
  }
  const { reason, attempts } = ending;
  if (lost.includes(temper))
    return attempts.length > 0 ? [] : [`${task} is a dead letter without a history`];
  const own = temper === "hangs-once" ? 1 : 0; // its first worker, it costs itself
  if (countBadLuck(attempts, strikes) + own >= MAX_ATTEMPTS) return [];
  return [`${task} is a dead letter: ${reason}; ${attempts.map(describe).join("; ")}`];
}

/** The workers that a task may cost: the broker's default. */
const MAX_ATTEMPTS = 3;

/**
 * How long after a fault its worker may be found lost, in milliseconds: after four heartbeats of 100, of a broker
 * that may just be stopped for a second.
 */
const NOTICED_MS = 2000;

/**
 * Counts the attempts whose worker was struck just then, each by a fault of its own. Even a good task is a
 * dead letter when that happens too often; what others did to its worker, poison or leave, is no such excuse.
 */
function countBadLuck(attempts: readonly Attempt[], strikes: readonly Strike[]): number {
  const unused = strikes.filter(({ type }) => excuses.includes(type));
  const isBadLuck = ({ at, worker }: Attempt) => {
    const found = unused.findIndex(
      ({ agent, from, to }) =>
        worker.startsWith(`${agent}-`) && from <= at && at <= to + NOTICED_MS,
    );
    return found >= 0 && unused.splice(found, 1).length > 0;
  };
  return attempts.filter(isBadLuck).length;
}

const excuses: Strike["type"][] = ["kill-worker", "freeze-worker", "cut-worker"];

function describe({ worker, at, started, reason }: Attempt): string {
  return `${worker} at ${Math.round(at)}${started ? ", begun" : ""}: ${reason}`;
}
