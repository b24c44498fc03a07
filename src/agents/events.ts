/**
 * What agents report while they work. Log lines, timelines, sequence diagrams and tests are all made
 * of this one stream.
 */
import type { Payload } from "../messages/payload";
import type { ResultMessage } from "../messages/result-message";
import type { FrameProblem } from "../messages/codec";
import type { CloneClientEvent, CloneServerEvent } from "./clone/events";
import type { LastValueCacheEvent, PublisherEvent, SubscriberEvent } from "./broadcast/events";
import type {
  MajordomoBrokerEvent,
  MajordomoClientEvent,
  MajordomoWorkerEvent,
} from "./majordomo/events";
import type { Stamp } from "./stamp";

/**
 * How an agent's run ended: all was done, its signal said stop, a neighbour went away and did not come back, or
 * it could not keep up.
 */
export type Outcome =
  | "complete"
  | "stopped"
  | "generator-lost"
  | "workers-lost"
  | "collector-lost"
  | "broker-lost"
  | "client-lost"
  | "publisher-lost"
  | "too-slow"
  | "server-lost";

/** How a task generator's run ended. */
export interface TaskGeneratorSummary {
  outcome: Outcome;
  tasksSent: number;
  /** Workers that heard START in time; latecomers are not counted. */
  workersStarted: number;
  durationMs: number;
}

/** How a task processor's run ended. */
export interface TaskProcessorSummary {
  outcome: Outcome;
  workerId: string;
  /** Tasks whose result was sent, failed ones included. */
  tasksDone: number;
  tasksFailed: number;
  framesRejected: number;
  durationMs: number;
}

/** How a result collector's run ended. */
export interface ResultCollectorSummary {
  outcome: Outcome;
  /** One result a task_id, in order of arrival. */
  results: ResultMessage[];
  /** Expected results that never came. */
  missing: number;
  /** Results that report a failure. */
  failed: number;
  /** Results by worker_id. */
  byWorker: Record<string, number>;
  /** Workers that reported done. */
  workersDone: string[];
  /** Workers that did not, by name where the name is known. */
  workersNotDone: string[];
  /** Results for a task_id that already had one; the first counts. */
  duplicates: number;
  /** Parts of results that came ahead of them; they are no results. */
  parts: number;
  framesRejected: number;
  durationMs: number;
}

/** What a task generator reports. */
export type TaskGeneratorEvent = Stamp &
  (
    | { type: "listening"; addresses: string[] }
    | { type: "worker-ready"; ready: number; expected: number }
    | { type: "started"; workers: number }
    | { type: "task-sent"; taskId: string; data: Payload }
    /** `again`: one more, in case a worker that hung up took along the END of another. */
    | { type: "end-sent"; again: boolean }
    | { type: "workers-connected"; connected: number }
    | { type: "finished"; summary: TaskGeneratorSummary }
  );

/** What a task processor reports. */
export type TaskProcessorEvent = Stamp &
  (
    | { type: "connected"; to: "collector" | "generator" }
    | { type: "started" }
    | { type: "task-started"; taskId: string; data: Payload }
    | { type: "task-done"; taskId: string; result: Payload; failed: boolean }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "end-received" }
    | { type: "finished"; summary: TaskProcessorSummary }
  );

/** What a result collector reports. */
export type ResultCollectorEvent = Stamp &
  (
    | { type: "listening"; addresses: string[] }
    | {
        type: "result-received";
        taskId: string;
        workerId: string;
        result: Payload;
        failed: boolean;
      }
    | { type: "partial-received"; taskId: string; workerId: string; part: Payload }
    | { type: "worker-done"; workerId: string }
    | { type: "workers-connected"; connected: number }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: ResultCollectorSummary }
  );

/** What an orchestrator reports of an agent that is a process of its own. */
export type ProcessEvent = Stamp &
  (
    | { type: "process-started"; pid: number }
    | { type: "process-exited"; code: number | null; signal: string | null }
  );

/** Anything that an agent reports, or an orchestrator of it. */
export type AgentEvent =
  | TaskGeneratorEvent
  | TaskProcessorEvent
  | ResultCollectorEvent
  | MajordomoBrokerEvent
  | MajordomoWorkerEvent
  | MajordomoClientEvent
  | CloneServerEvent
  | CloneClientEvent
  | PublisherEvent
  | SubscriberEvent
  | LastValueCacheEvent
  | ProcessEvent;

/** A function that takes events as they happen. It must return soon: the agent waits for it. */
export type OnEvent<Event = AgentEvent> = (event: Event) => void;
