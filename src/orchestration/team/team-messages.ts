/** Who asked whom what in a team, read from what its members reported. */
import { ANALYSE, analysisTask, topic, verdict } from "../../agents/ai/team/messages";
import type { AgentEvent } from "../../agents/events";
import type { Payload } from "../../messages/payload";
import { nameOfMember } from "./members";

/** A message from one member to another, as a sequence diagram draws it; without a receiver it tells what befell a member. */
export interface TeamMessage {
  from: string;
  to: readonly string[];
  label: string;
  /** Whose kind of message it is; a rejection and a death are "failed". */
  sort: "client" | "worker" | "failed";
  taskId?: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Whoever asks, in the client's place. */
const ASKER = "Client";

/**
 * Reads the messages in order of time. The broker between the two is left out; a task that went to a second
 * member after the death of the first is told twice.
 */
export function teamMessages(
  events: readonly AgentEvent[],
  serviceOf: ReadonlyMap<string, string>,
): TeamMessage[] {
  const asked = new Map<string, string>();
  const begun = new Set<string>();
  const messages: TeamMessage[] = [];
  for (const event of [...events].sort((one, other) => one.at - other.at)) {
    const { agent, at } = event;
    const member = nameOfMember(agent);
    if (event.type === "task-started") {
      const { taskId, data } = event;
      const subject = labelOfTask(serviceOf.get(agent) ?? "ask", data);
      const label = begun.has(taskId) ? `${subject} again` : subject;
      begun.add(taskId);
      asked.set(taskId, subject);
      messages.push({ from: ASKER, to: [member], label, sort: "client", taskId, at });
    } else if (event.type === "result-received") {
      const { taskId, workerId, result, failed } = event;
      const from = nameOfMember(workerId);
      const said = labelOfResult(asked.get(taskId) ?? "task", result, failed);
      messages.push({ from, to: [ASKER], ...said, taskId, at });
    } else if (event.type === "process-exited" && event.signal === "SIGKILL")
      messages.push({ from: member, to: [], label: "process died", sort: "failed", at });
  }
  return messages;
}

function labelOfTask(service: string, data: Payload): string {
  const about = topic.safeParse(data);
  if (!about.success) return service;
  const again = analysisTask.safeParse(data);
  const round = service === ANALYSE && again.success ? `, round ${again.data.round}` : "";
  return `${service} ${about.data.topic}${round}`;
}

function labelOfResult(asked: string, result: Payload, failed: boolean) {
  if (failed) return { label: `${asked}: failed`, sort: "failed" } as const;
  const judged = verdict.safeParse(result);
  if (!judged.success) return { label: `${asked}: done`, sort: "worker" } as const;
  const { accepted } = judged.data;
  return accepted
    ? ({ label: `${asked}: yes`, sort: "worker" } as const)
    : ({ label: `${asked}: no`, sort: "failed" } as const);
}
