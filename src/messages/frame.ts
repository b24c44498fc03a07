/**
 * Between frames (bytes) and messages (objects). Whoever knows the port can connect to it, so what
 * arrives is never trusted: a frame becomes a typed message, or a typed reason why not.
 */
import { refuse, type AgentMessage, type Codec, type FrameProblem, type Parsed } from "./codec";
import { jsonCodec } from "./codecs/json";
import type { ResultMessage, WorkerDoneMessage } from "./result-message";
import { checkResult, checkTask } from "./schema";
import type { EndMessage, TaskMessage } from "./task-message";

/** The largest message an agent accepts unless told otherwise, in bytes: 1 MiB. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** How messages are written on a wire, and how large one may be. */
export interface Wire {
  codec: Codec;
  /** The largest message, in bytes: all its frames together. */
  maxFrameBytes: number;
}

/**
 * Writes a message.
 * @throws TypeError when the message holds a value that the codec cannot carry, or the codec gives no frames.
 * @throws RangeError when it is larger, or nested deeper, than its receiver will accept.
 */
export function encodeMessage(message: AgentMessage, { codec, maxFrameBytes }: Wire): Buffer[] {
  const frames = checkFrames(codec, codec.encode(message));
  const problem = tooLarge(frames, maxFrameBytes);
  if (problem) throw new RangeError(`Cannot send ${message.task_id}: ${problem.reason}`);
  return frames;
}

/** Reads what a task processor receives. */
export function parseTask(
  frames: readonly Uint8Array[],
  wire: Wire,
): Parsed<TaskMessage | EndMessage> {
  return parse(frames, wire, checkTask);
}

/** Reads what a result collector receives. */
export function parseResult(
  frames: readonly Uint8Array[],
  wire: Wire,
): Parsed<ResultMessage | WorkerDoneMessage> {
  return parse(frames, wire, checkResult);
}

function parse<Message>(
  frames: readonly Uint8Array[],
  { codec, maxFrameBytes }: Wire,
  check: (value: unknown) => Parsed<Message>,
): Parsed<Message> {
  const oversize = tooLarge(frames, maxFrameBytes);
  if (oversize) return oversize;
  const decoded = codec.decode(frames);
  return decoded.ok ? check(decoded.message) : decoded;
}

function tooLarge(frames: readonly Uint8Array[], maxBytes: number): FrameProblem | undefined {
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= maxBytes) return undefined;
  return refuse("too-large", `${bytes} bytes, the limit is ${maxBytes}`);
}

/** A codec may be somebody's own: what is no list of frames would be counted wrong, or sent as something else. */
function checkFrames({ name, multipart }: Codec, frames: unknown): Buffer[] {
  const isList = Array.isArray(frames) && frames.every((frame) => Buffer.isBuffer(frame));
  const isRight = isList && (multipart ? frames.length > 0 : frames.length === 1);
  if (isRight) return frames;
  const wanted = multipart ? "a list of Buffers, at least one" : "a list of one Buffer";
  const given = Array.isArray(frames)
    ? `a list of ${frames.length} things`
    : `a thing of type ${typeof frames}`;
  throw new TypeError(`Cannot use codec ${name} as encode must give ${wanted}: it gave ${given}`);
}

/** Writes a message as the one frame of UTF-8 text that the tutorial's wire knows. @throws as encodeMessage does. */
export function encodeFrame(message: AgentMessage, maxFrameBytes = MAX_FRAME_BYTES): Buffer {
  return encodeMessage(message, { codec: jsonCodec, maxFrameBytes })[0]!;
}

/** Reads such a frame as a task processor. */
export function parseTaskFrame(
  frame: Uint8Array,
  maxFrameBytes = MAX_FRAME_BYTES,
): Parsed<TaskMessage | EndMessage> {
  return parseTask([frame], { codec: jsonCodec, maxFrameBytes });
}

/** Reads such a frame as a result collector. */
export function parseResultFrame(
  frame: Uint8Array,
  maxFrameBytes = MAX_FRAME_BYTES,
): Parsed<ResultMessage | WorkerDoneMessage> {
  return parseResult([frame], { codec: jsonCodec, maxFrameBytes });
}
