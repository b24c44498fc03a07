/** What the agents of the Majordomo Protocol report, and how they sum up. */
import type { Attempt, DeadLetter } from "../../messages/dead-letter";
import type { FrameProblem } from "../../messages/codec";
import type { Payload } from "../../messages/payload";
import type { Dialect } from "../../messages/majordomo";
import type { ResultMessage } from "../../messages/result-message";
import type { Outcome } from "../events";
import type { Stamp } from "../stamp";

/**
 * Why a broker strikes a worker off: it said so itself; it was silent for too long; its connection is
 * gone; it held one request for too long; it said something that does not fit; nobody wants the answer to
 * its request any more, and it comes back at once.
 */
export type Parting =
  "disconnected" | "expired" | "unreachable" | "timed-out" | "misbehaved" | "cancelled";

/** How a broker's run ended. */
export interface MajordomoBrokerSummary {
  outcome: Outcome;
  /** Requests of clients, those for mmi services apart. */
  requests: number;
  /** Answers of workers that went on to a client. */
  answered: number;
  /** Times a request went back into the queue because its worker was lost; one given back unbegun is not counted. */
  redelivered: number;
  /** Requests that were given up after too many workers were lost over them. */
  deadLetters: number;
  /** Requests refused: no worker came, too many were unanswered, or it was too large. And those whose client had left. */
  refused: number;
  /** Requests that their client gave up, and those that a worker held whose client turned out to have left. */
  cancelled: number;
  /** Requests that were waiting or being worked on at the end. */
  unanswered: number;
  workersJoined: number;
  /** By the way they went. */
  workersLeft: Record<Parting, number>;
  framesRejected: number;
  durationMs: number;
}

/** How a worker's run ended. */
export interface MajordomoWorkerSummary {
  outcome: Outcome;
  workerId: string;
  /** Tasks whose answer was sent, failed ones included. */
  tasksDone: number;
  tasksFailed: number;
  /** Tasks begun whose answer nobody wanted any more: the conversation ended meanwhile. */
  tasksDropped: number;
  /** Conversations begun with the broker, a READY each. */
  conversations: number;
  framesRejected: number;
  durationMs: number;
}

/** How a client's run ended. */
export interface MajordomoClientSummary {
  outcome: Outcome;
  /**
   * Tasks made. Each of them is in `results`, in `deadLetters`, was `cancelled`, or was `unanswered` when the
   * client was stopped.
   */
  tasksSent: number;
  /** One a task_id, in order of arrival. */
  results: ResultMessage[];
  deadLetters: DeadLetter[];
  /** Tasks that were given up by who had asked. */
  cancelled: number;
  unanswered: number;
  /** Results by worker_id. */
  byWorker: Record<string, number>;
  /** Sendings after a failed try. */
  retried: number;
  /** Sendings because the broker was gone or silent. */
  resent: number;
  /** Answers to a task that had ended already; the first counts. */
  duplicates: number;
  framesRejected: number;
  durationMs: number;
}

/** What a broker reports. Requests are counted from 1; a broker does not look into them. */
export type MajordomoBrokerEvent = Stamp &
  (
    | { type: "listening"; addresses: string[] }
    | { type: "worker-joined"; worker: string; service: string; dialect: Dialect; workers: number }
    | {
        type: "worker-left";
        worker: string;
        service: string;
        parting: Parting;
        reason: string;
        workers: number;
      }
    | { type: "request-received"; request: number; client: string; service: string }
    | { type: "request-dispatched"; request: number; worker: string; service: string }
    | { type: "request-answered"; request: number; worker: string; service: string }
    | {
        type: "request-redelivered";
        request: number;
        service: string;
        attempt: Attempt;
        attempts: number;
      }
    | { type: "request-given-up"; request: number; service: string; name: string; reason: string }
    | { type: "request-cancelled"; request: number; service: string; worker?: string }
    | { type: "client-left"; client: string; dropped: number }
    | { type: "frame-rejected"; code: FrameProblem["code"] | "unexpected"; reason: string }
    | { type: "finished"; summary: MajordomoBrokerSummary }
  );

/** What a worker reports. */
export type MajordomoWorkerEvent = Stamp &
  (
    | { type: "registered"; service: string; conversation: number }
    | { type: "heartbeat-sent" }
    | { type: "heartbeat-received" }
    | { type: "task-started"; taskId: string; data: Payload }
    | { type: "task-done"; taskId: string; result: Payload; failed: boolean }
    | { type: "task-dropped"; taskId: string; reason: string }
    /** A task that waited for its turn too long went back to the broker. */
    | { type: "handed-back" }
    | { type: "dismissed"; reconnectMs: number }
    | { type: "broker-silent"; silentMs: number; reconnectMs: number }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: MajordomoWorkerSummary }
  );

/** What a client reports. */
export type MajordomoClientEvent = Stamp &
  (
    | { type: "connected"; to: "broker" }
    | { type: "task-sent"; taskId: string; data: Payload }
    | { type: "task-retried"; taskId: string; attempt: Attempt; inMs: number }
    | { type: "tasks-resent"; tasks: number; reason: string }
    | { type: "partial-received"; taskId: string; workerId: string; part: Payload }
    | {
        type: "result-received";
        taskId: string;
        workerId: string;
        result: Payload;
        failed: boolean;
      }
    | { type: "task-cancelled"; taskId: string; reason: string }
    | { type: "dead-letter"; taskId: string; deadLetter: DeadLetter }
    | { type: "duplicate-received"; taskId: string; workerId: string }
    | { type: "broker-silent"; silentMs: number; reconnectMs: number }
    | { type: "frame-rejected"; code: FrameProblem["code"]; reason: string }
    | { type: "finished"; summary: MajordomoClientSummary }
  );
