/** The events of the Majordomo agents as lines for a person. */
import { plural, short } from "../words";
import type {
  MajordomoBrokerEvent,
  MajordomoBrokerSummary,
  MajordomoClientEvent,
  MajordomoClientSummary,
  MajordomoWorkerEvent,
  MajordomoWorkerSummary,
} from "./events";

type MajordomoSummary = MajordomoBrokerSummary | MajordomoWorkerSummary | MajordomoClientSummary;
type MajordomoEvent = MajordomoBrokerEvent | MajordomoWorkerEvent | MajordomoClientEvent;

/** Events whose words are the same for the agents of the pipeline. */
type Shared =
  | "listening"
  | "connected"
  | "task-sent"
  | "task-started"
  | "task-done"
  | "result-received"
  | "partial-received"
  | "frame-rejected"
  | "finished";

/** Says in a line what only a Majordomo agent reports. */
export function describeMajordomo(event: Exclude<MajordomoEvent, { type: Shared }>): string {
  switch (event.type) {
    case "worker-joined":
      return `${event.worker} joins for "${event.service}" (MDP ${event.dialect}): ${plural(event.workers, "worker")}`;
    case "worker-left":
      return `${event.worker} has left: ${event.reason}; ${plural(event.workers, "worker")} left`;
    case "request-received":
      return `request ${event.request} for "${event.service}" from ${event.client}`;
    case "request-dispatched":
      return `request ${event.request} to ${event.worker}`;
    case "request-answered":
      return `request ${event.request} answered by ${event.worker}`;
    case "request-redelivered":
      return `request ${event.request} is back in the queue: ${event.attempt.reason}`;
    case "request-given-up":
      return `request ${event.request} is given up (${event.name}): ${event.reason}`;
    case "request-cancelled":
      return `request ${event.request} is cancelled${event.worker ? `: ${event.worker} drops it` : ""}`;
    case "client-left":
      return `${event.client} has left, and ${plural(event.dropped, "request")} with it`;
    case "registered":
      return `READY for "${event.service}" (conversation ${event.conversation})`;
    case "heartbeat-sent":
      return "heartbeat sent";
    case "heartbeat-received":
      return "heartbeat received";
    case "task-dropped":
      return `dropped a task: ${event.reason}`;
    case "handed-back":
      return "gave back a task that would have had to wait";
    case "dismissed":
      return `dismissed by the broker: a new connection ${event.reconnectMs > 0 ? `in ${event.reconnectMs} ms` : "at once"}`;
    case "broker-silent":
      return `the broker is silent for ${event.silentMs} ms: a new connection in ${event.reconnectMs} ms`;
    case "task-retried":
      return `once more in ${event.inMs} ms: ${event.attempt.reason}`;
    case "tasks-resent":
      return `sent ${plural(event.tasks, "task")} again: ${event.reason}`;
    case "task-cancelled":
      return `gave a task up: ${event.reason}`;
    case "dead-letter":
      return `dead letter after ${plural(event.deadLetter.attempts.length, "attempt")}: ${short(event.deadLetter.task.data)} (${event.deadLetter.error.message})`;
    case "duplicate-received":
      return `ignored a second answer, from Worker-${event.workerId}`;
  }
}

/** Tells a Majordomo agent's summary from one of the pipeline. */
export function isMajordomoSummary(summary: object): summary is MajordomoSummary {
  return "workersJoined" in summary || "conversations" in summary || "deadLetters" in summary;
}

/** Says in a few lines how a Majordomo agent's run ended. */
export function describeMajordomoSummary(summary: MajordomoSummary, seconds: string): string {
  if ("workersJoined" in summary) {
    const { answered, deadLetters, refused, cancelled, unanswered, redelivered } = summary;
    const ends = [
      `${answered} answered, ${deadLetters} given up, ${refused} refused`,
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
      `${unanswered} unanswered`,
    ].join(", ");
    return `${summary.outcome}: ${plural(summary.requests, "request")} in ${seconds}: ${ends}; ${redelivered} redelivered`;
  }
  if ("conversations" in summary)
    return `${summary.outcome}: ${plural(summary.tasksDone, "task")} done, ${summary.tasksFailed} failed, ${summary.tasksDropped} dropped, in ${seconds}`;
  const shares = Object.entries(summary.byWorker).map(([id, count]) => `Worker-${id} ${count}`);
  return [
    `${summary.outcome}: ${plural(summary.results.length, "result")} in ${seconds} (${shares.join(", ") || "none"})`,
    ...summary.deadLetters.map(
      ({ task, error }) => `dead letter: ${short(task.data)} (${error.message})`,
    ),
    ...(summary.cancelled > 0 ? [`${summary.cancelled} cancelled`] : []),
    ...(summary.unanswered > 0 ? [`${summary.unanswered} unanswered`] : []),
  ].join("\n");
}
