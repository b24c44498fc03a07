/** What chapter 5's check sends to the reader's collector. */
import { encodeFrame } from "../../messages/frame";
import {
  createResultMessage,
  createWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../../messages/result-message";

/** A frame, and what to say to a collector that stops after it. */
export interface RoundFrame {
  bytes: Buffer;
  /** What it is, in words. */
  what: string;
  kind: "result" | "repeated" | "garbage" | "worker-done";
  stoppedTooEarly?: string;
}

/** All that one collector gets; the last frame is the last that it needs. */
export interface Round {
  name: string;
  tasks: number;
  workers: number;
  frames: RoundFrame[];
}

/** Two results, two leaves. */
export function roundInOrder(): Round {
  return {
    name: "When all goes well",
    tasks: 2,
    workers: 2,
    frames: [
      result(1, "1"),
      { ...result(2, "2"), stoppedTooEarly: "The workers have not said WORKER_DONE." },
      leave("1"),
      leave("2"),
    ],
  };
}

/** The workers expected do little and leave; a latecomer has the rest. Each wrong rule stops at a frame of its own. */
export function roundInDisorder(): Round {
  const onlyMessages = "Does it count messages? A frame of garbage is none.";
  const repeated = "Does it count results? One that came twice is one.";
  const lastLeave = "A latecomer, Worker-3, still has results when the other two are done.";
  return {
    name: "When it gets rough",
    tasks: 4,
    workers: 2,
    frames: [
      result(1, "1"),
      { ...result(1, "1"), kind: "repeated", what: "the result of task-1 once more" },
      { bytes: Buffer.from("hello?"), kind: "garbage", what: "garbage" },
      leave("1"),
      { ...leave("2"), stoppedTooEarly: lastLeave },
      { ...result(2, "3"), stoppedTooEarly: onlyMessages },
      { ...result(3, "3"), stoppedTooEarly: repeated },
      result(4, "3"),
    ],
  };
}

function result(task: number, worker: string): RoundFrame {
  const message = createResultMessage(`task-${task}`, `answer ${task}`, worker);
  return frame(message, "result", `the result of task-${task}`);
}

function leave(worker: string): RoundFrame {
  return frame(createWorkerDoneMessage(worker), "worker-done", `WORKER_DONE of Worker-${worker}`);
}

function frame(
  message: ResultMessage | WorkerDoneMessage,
  kind: RoundFrame["kind"],
  what: string,
): RoundFrame {
  return { bytes: encodeFrame(message), kind, what };
}
