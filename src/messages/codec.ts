/** How a message becomes bytes and bytes become a message: one interface, whatever the format. */
import type { ResultMessage, WorkerDoneMessage } from "./result-message";
import type { EndMessage, TaskMessage } from "./task-message";

/** Anything that the agents say to each other about tasks. */
export type AgentMessage = TaskMessage | EndMessage | ResultMessage | WorkerDoneMessage;

/** A payload format. Both ends of a connection need the same. */
export interface Codec {
  /** What it is called: on a command line, and in the text of an error. */
  readonly name: string;
  /** Whether the frames of a ZeroMQ message belong together; otherwise each frame is a message of its own. */
  readonly multipart: boolean;
  /**
   * Writes a message, as one frame unless `multipart`.
   * @throws TypeError naming what this format cannot carry, and where it is.
   * @throws RangeError when arrays and objects are nested too deep.
   */
  encode(message: AgentMessage): Buffer[];
  /** Reads one. It never throws, and what it gives is not yet checked against the schema. */
  decode(frames: readonly Uint8Array[]): { ok: true; message: unknown } | FrameProblem;
}

/** Why a frame was refused. */
export interface FrameProblem {
  ok: false;
  code:
    | "too-large"
    | "too-deep"
    | "not-utf8"
    | "not-json"
    | "not-msgpack"
    | "not-protobuf"
    | "wrong-frames"
    | "wrong-shape";
  /** A sentence for a person. */
  reason: string;
}

/** What became of a frame. */
export type Parsed<Message> = { ok: true; message: Message } | FrameProblem;

/** Says why a frame is refused. */
export function refuse(code: FrameProblem["code"], reason: string): FrameProblem {
  return { ok: false, code, reason };
}

/** Refuses anything but the one frame that a format without `multipart` takes. */
export function onlyFrame(
  frames: readonly Uint8Array[],
): { ok: true; frame: Buffer } | FrameProblem {
  const [frame] = frames;
  if (!frame || frames.length > 1)
    return refuse("wrong-frames", `${frames.length} frames, where one is a whole message`);
  return { ok: true, frame: Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength) };
}
