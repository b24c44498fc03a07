/** Events as lines for a person: `[Worker-1] started Task_3_payload`. */
import {
  describeBroadcast,
  describeBroadcastSummary,
  isBroadcastEvent,
  isBroadcastSummary,
} from "./broadcast/log";
import type { AgentEvent, ResultCollectorSummary } from "./events";
import { describeClone, describeCloneSummary, isCloneEvent, isCloneSummary } from "./clone/log";
import { describeMajordomo, describeMajordomoSummary, isMajordomoSummary } from "./majordomo/log";
import { plural, short } from "./words";

/**
 * Writes one event as one line (a summary, or data of several lines, may need a few), without a time.
 */
export function formatEvent(event: AgentEvent): string {
  return describe(event)
    .split("\n")
    .map((line) => `[${event.agent}] ${printable(line)}`)
    .join("\n");
}

/** Replaces control characters, with which a stranger's data could paint the reader's terminal, by �. */
export function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, "\ufffd");
}

/** Prints events as they happen; hand it to an agent as `onEvent`. */
export function printEvent(event: AgentEvent): void {
  console.log(formatEvent(event));
}

function describe(event: AgentEvent): string {
  switch (event.type) {
    case "listening":
      return `listening on ${event.addresses.join(" and ")}`;
    case "worker-ready":
      return `${event.ready} of ${plural(event.expected, "worker")} ready`;
    case "workers-connected":
      return `${plural(event.connected, "worker")} connected`;
    case "connected":
      return `connected to the ${event.to}`;
    case "started":
      return "workers" in event ? `START to ${plural(event.workers, "worker")}` : "START heard";
    case "task-sent":
      return `sent ${short(event.data)}`;
    case "task-started":
      return `working on ${short(event.data)}`;
    case "task-done":
      return event.failed ? `failed: ${short(event.result)}` : `finished: ${short(event.result)}`;
    case "result-received":
      return event.failed
        ? `a failure from Worker-${event.workerId}: ${short(event.result)}`
        : `received ${short(event.result)}`;
    case "partial-received":
      return `part from Worker-${event.workerId}: ${short(event.part)}`;
    case "frame-rejected":
      return `refused a frame (${event.code}): ${event.reason}`;
    case "end-sent":
      return event.again ? "sent one more END, in case one was taken along" : "sent END";
    case "end-received":
      return "END heard";
    case "worker-done":
      return `Worker-${event.workerId} is done`;
    case "process-started":
      return `is process ${event.pid}`;
    case "process-exited":
      return event.signal
        ? `process killed by ${event.signal}`
        : `process ended with code ${event.code}`;
    case "finished":
      return describeSummary(event.summary);
    default:
      if (isBroadcastEvent(event)) return describeBroadcast(event);
      return isCloneEvent(event) ? describeClone(event) : describeMajordomo(event);
  }
}

function describeSummary(summary: Extract<AgentEvent, { type: "finished" }>["summary"]): string {
  const seconds = `${(summary.durationMs / 1000).toFixed(1)} s`;
  if (isCloneSummary(summary)) return describeCloneSummary(summary, seconds);
  if (isMajordomoSummary(summary)) return describeMajordomoSummary(summary, seconds);
  if (isBroadcastSummary(summary)) return describeBroadcastSummary(summary, seconds);
  if ("tasksSent" in summary)
    return `${summary.outcome}: ${plural(summary.tasksSent, "task")} sent to ${plural(summary.workersStarted, "worker")} in ${seconds}`;
  if ("tasksDone" in summary)
    return `${summary.outcome}: ${plural(summary.tasksDone, "task")} done, ${summary.tasksFailed} failed, in ${seconds}`;
  return describeCollection(summary, seconds);
}

function describeCollection(summary: ResultCollectorSummary, seconds: string): string {
  const shares = Object.entries(summary.byWorker).map(
    ([worker, results]) => `Worker-${worker} ${results}`,
  );
  const lines = [
    `${summary.outcome}: ${plural(summary.results.length, "result")} in ${seconds} (${shares.join(", ") || "none"})`,
  ];
  if (summary.failed > 0) lines.push(`${plural(summary.failed, "failure")} among them`);
  if (summary.missing > 0) lines.push(`${plural(summary.missing, "result")} missing`);
  if (summary.workersNotDone.length > 0)
    lines.push(
      `never done: ${summary.workersNotDone.map((worker) => `Worker-${worker}`).join(", ")}`,
    );
  if (summary.duplicates > 0) lines.push(`${plural(summary.duplicates, "duplicate")} ignored`);
  if (summary.parts > 0) lines.push(`${plural(summary.parts, "part")} came ahead`);
  if (summary.framesRejected > 0) lines.push(`${plural(summary.framesRejected, "frame")} refused`);
  return lines.join("\n");
}
