/**
 * Which task a broker's request was: a broker numbers requests and does not look into them. So it is
 * read from what the worker began with when the request was handed to it.
 */
import type { AgentEvent } from "../../agents/events";
import { agentOf } from "./recording";

/** Finds the task_id for each event that tells of a request. Events in order of time, tasks in the order of sending. */
export function tasksOfRequests(
  events: readonly AgentEvent[],
  taskIds: Iterable<string>,
): Map<AgentEvent, string> {
  const begun = tasksBegun(events);
  const requests = requestsOf(events).map((told) => ({
    told,
    taskId: told.map((event) => begun.get(event)).find((taskId) => taskId !== undefined),
  }));
  const known = new Set(requests.map(({ taskId }) => taskId));
  // A request that nobody began with is a task that nobody began with; both are in the order of sending.
  const others = [...taskIds].filter((taskId) => !known.has(taskId));
  return new Map(
    requests.flatMap(({ told, taskId = others.shift() }) =>
      taskId === undefined ? [] : told.map((event) => [event, taskId] as const),
    ),
  );
}

/** The events of each request; a broker that was started again counts from 1 again. */
function requestsOf(events: readonly AgentEvent[]): AgentEvent[][] {
  const requests = new Map<string, AgentEvent[]>();
  let life = 0;
  for (const event of events) {
    if (event.type === "listening") life++;
    if (!("request" in event)) continue;
    const key = `${life} ${event.request}`;
    requests.set(key, [...(requests.get(key) ?? []), event]);
  }
  return [...requests.values()];
}

type Dispatch = Extract<AgentEvent, { type: "request-dispatched" }>;

/** What was begun with each time a request was handed over, where something was: a worker begins in that order. */
function tasksBegun(events: readonly AgentEvent[]): Map<AgentEvent, string> {
  const taskIds = new Map<AgentEvent, string>();
  let handedOver: Dispatch[] = [];
  for (const event of events) {
    if (event.type === "request-dispatched") handedOver.push(event);
    else if (event.type === "task-started") {
      const next = handedOver.find(({ worker }) => agentOf(worker) === event.agent);
      if (next) taskIds.set(next, event.taskId);
      handedOver = handedOver.filter((dispatch) => dispatch !== next);
    } else if (event.type === "request-answered" || event.type === "worker-left")
      handedOver = handedOver.filter(({ worker }) => worker !== event.worker);
  }
  return taskIds;
}
