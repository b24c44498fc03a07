/** What the trial of a hand-made Majordomo worker tells: the first thing that went wrong, or that all is well. */
import type { MajordomoBrokerEvent } from "../../agents/majordomo/events";
import { TASKS, YOURS, type Trial } from "./dynamic-workers-trial";
import type { Verdict } from "./verdict";

type Parting = Extract<MajordomoBrokerEvent, { type: "worker-left" }>;

/** Judges a worker that should have done all the tasks, each once. */
export function judgeHand(trial: Trial): Verdict {
  const problem = whetherItServes(trial) ?? whetherItStayed(trial) ?? whetherItIsDone(trial);
  if (problem !== undefined) return { passed: false, explanation: problem };
  return {
    passed: true,
    explanation:
      "Three tasks, each done once, all by your worker. The broker heard its heart in the long task and in the pause after it, and nothing more when it was gone.",
  };
}

function whetherItServes({ ending, events }: Trial): string | undefined {
  if (ending && "thrown" in ending)
    return `your worker threw an error: \`${String(ending.thrown)}\`.`;
  if (!events.some((event) => event.type === "worker-joined" && event.worker === YOURS))
    return "the broker never heard a READY from your worker, so it got no work.";
  if (ending && !isComplete(events))
    return `your worker returned after ${answers(events)} of ${TASKS} tasks. It has to serve until its socket is closed.`;
  return undefined;
}

function whetherItStayed({ events, atParting, begun }: Trial): string | undefined {
  const parting = events.find(
    (event): event is Parting => event.type === "worker-left" && event.worker === YOURS,
  );
  if (!parting) return undefined;
  const task = atParting?.task;
  if (parting.parting !== "expired") return `the broker struck your worker off: ${parting.reason}.`;
  const silent = `your worker was struck off as expired (${parting.reason})`;
  if (task === undefined)
    return `${silent} while it had nothing to do, before task ${answers(events.slice(0, events.indexOf(parting))) + 1}. Who is idle has to beat as well: how else would the broker know that it may give it work?`;
  const twice =
    begun[task - 1]! > 1 ? ` A second worker did task ${task} again, so it was done twice;` : "";
  return `${silent} while it worked on task ${task}.${twice} your answer to it came too late, and the broker threw it away.`;
}

function whetherItIsDone({ events, begun, lateWords }: Trial): string | undefined {
  if (!isComplete(events)) {
    const n = answers(events) + 1;
    return begun[n - 1]
      ? `your worker began with task ${n}, and its answer never came.`
      : `task ${n} was given to your worker, and it did not begin with it.`;
  }
  if (lateWords > 0)
    return "all three tasks were done once, but your worker's heart beats on after its socket was closed. A heart that outlives its worker tells the broker a lie: stop it when the loop ends.";
  return undefined;
}

function isComplete(events: Trial["events"]): boolean {
  return events.some(({ agent, type }) => agent === "Client" && type === "finished");
}

function answers(events: Trial["events"]): number {
  return events.filter((event) => event.type === "request-answered").length;
}
