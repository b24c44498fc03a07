/** A recording of a Majordomo pool as its agents report it, made by hand. */
import type { AgentEvent } from "../../../src/agents/events";

type Told = Record<string, unknown> & { type: AgentEvent["type"] };

/** Events one millisecond apart, in the order given: [agent, what it reports]. */
export function recorded(...told: [agent: string, event: Told][]): AgentEvent[] {
  const at = 1_700_000_000_000;
  return told.map(([agent, event], n) => ({ agent, at: at + n, ...event }) as AgentEvent);
}

export const sent = (task: number): [string, Told] => [
  "Client",
  { type: "task-sent", taskId: `id-${task}`, data: `Task_${task}_payload` },
];
export const received = (request: number): [string, Told] => [
  "Broker",
  { type: "request-received", request, client: "0x00", service: "work" },
];
export const dispatched = (request: number, worker: number): [string, Told] => [
  "Broker",
  { type: "request-dispatched", request, worker: identity(worker), service: "work" },
];
export const begun = (worker: number, task: number): [string, Told] => [
  `Worker-${worker}`,
  { type: "task-started", taskId: `id-${task}`, data: `Task_${task}_payload` },
];
export const done = (worker: number, task: number, failed = false): [string, Told] => [
  `Worker-${worker}`,
  { type: "task-done", taskId: `id-${task}`, result: "done", failed },
];
export const answered = (request: number, worker: number): [string, Told] => [
  "Broker",
  { type: "request-answered", request, worker: identity(worker), service: "work" },
];
export const result = (task: number, worker: number): [string, Told] => [
  "Client",
  {
    type: "result-received",
    taskId: `id-${task}`,
    workerId: `${worker}`,
    result: "done",
    failed: false,
  },
];
export const retried = (task: number): [string, Told] => [
  "Client",
  { type: "task-retried", taskId: `id-${task}`, attempt, inMs: 100 },
];
export const buried = (task: number): [string, Told] => [
  "Client",
  { type: "dead-letter", taskId: `id-${task}`, deadLetter: {} },
];
export const left = (worker: number, parting = "expired"): [string, Told] => [
  "Broker",
  { type: "worker-left", worker: identity(worker), service: "work", parting, reason: "silent" },
];
export const redelivered = (request: number): [string, Told] => [
  "Broker",
  { type: "request-redelivered", request, service: "work", attempt, attempts: 1 },
];
export const killed = (worker: number): [string, Told] => [
  `Worker-${worker}`,
  { type: "process-exited", code: null, signal: "SIGKILL" },
];

export const listening: [string, Told] = ["Broker", { type: "listening", addresses: [] }];

const attempt = { at: 0, worker: "1", reason: "boom", started: true };
const identity = (worker: number) => `Worker-${worker}-0123abcd`;

/** Worker-1 is killed over the first of two tasks; the second fails once. */
export const poolRun = (): AgentEvent[] =>
  recorded(
    ...[sent(1), received(1), dispatched(1, 1), sent(2), received(2), dispatched(2, 2)],
    ...[begun(1, 1), begun(2, 2), killed(1), done(2, 2, true), answered(2, 2), retried(2)],
    ...[left(1), redelivered(1), dispatched(1, 2), begun(2, 1), received(3), done(2, 1)],
    ...[answered(1, 2), dispatched(3, 2), result(1, 2), begun(2, 2), done(2, 2)],
    ...[answered(3, 2), result(2, 2), left(2, "disconnected")],
  );
