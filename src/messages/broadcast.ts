/**
 * What a publisher tells everybody who listens: updates by topic, two frames each.
 *
 *     [topic as UTF-8] [{"publisher_id", "sequence", "timestamp", "data"} as JSON]
 *
 * PUB/SUB compares the first bytes of the topic with what a subscriber asked for, and nothing else: who
 * asks for "status.Worker-1" hears "status.Worker-10" as well, and who asks for "" hears everything. So end
 * a topic with a "." ("status.Worker-1.", asked for as "status.Worker-1."), or ask and then compare.
 */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { refuse, type FrameProblem, type Parsed } from "./codec";
import { jsonCodec } from "./codecs/json";
import { MAX_FRAME_BYTES } from "./frame";
import { nestingDepth, toJson, type JsonValue } from "./json-value";
import { MAX_DEPTH } from "./payload";
import { MAX_NAME_LENGTH } from "./schema";

/** Something to tell. */
export interface Update {
  topic: string;
  data: JsonValue;
}

/** The same on its way. */
export interface UpdateMessage extends Update {
  /** Who tells it: another one each time a publisher is started, or a new count would look like an old one. */
  publisher_id: string;
  /** 1, 2, 3 … for each publisher and topic, so that who hears some topics can tell a gap from news of others. */
  sequence: number;
  /** When it was told by the publisher's clock, in seconds since 1970. */
  timestamp: number;
}

const name = z.string().min(1).max(MAX_NAME_LENGTH);
const body = z.object({
  publisher_id: name,
  sequence: z.number().refine((n) => Number.isSafeInteger(n) && n > 0, "is no count from 1"),
  timestamp: z.number(),
  data: z.custom<JsonValue>((value) => value !== undefined, "is missing"),
});

/** Tells whether a text may be a topic: 1 to 200 printable characters. */
export function isTopic(topic: unknown): topic is string {
  if (typeof topic !== "string" || topic.length === 0 || topic.length > MAX_NAME_LENGTH)
    return false;
  return !/[\p{C}\ufffd]/u.test(topic);
}

/** Makes the message of an update; `now` is in milliseconds since 1970. */
export function createUpdateMessage(
  { topic, data }: Update,
  publisherId: string,
  sequence: number,
  now: number = Date.now(),
): UpdateMessage {
  return { topic, publisher_id: publisherId, sequence, timestamp: now / 1000, data };
}

/**
 * Writes a message as two frames.
 * @throws TypeError when the topic is none, or the data holds a value that JSON cannot carry.
 * @throws RangeError when it is larger, or nested deeper, than its receivers will accept.
 */
export function encodeUpdateMessage(
  { topic, ...message }: UpdateMessage,
  maxFrameBytes = MAX_FRAME_BYTES,
): [topic: Buffer, body: Buffer] {
  if (!isTopic(topic))
    throw new TypeError(
      `Cannot publish as a topic must be a text of 1 to ${MAX_NAME_LENGTH} printable characters: ` +
        `current value is ${JSON.stringify(topic)}`,
    );
  const json = toJson(message);
  const frames: [Buffer, Buffer] = [Buffer.from(topic), Buffer.from(json)];
  const problem = tooLarge(frames, maxFrameBytes) ?? tooDeep(json);
  if (problem) throw new RangeError(`Cannot publish on ${topic}: ${problem.reason}`);
  return frames;
}

/** Reads what a subscriber receives. */
export function parseUpdateMessage(
  frames: readonly Buffer[],
  maxFrameBytes = MAX_FRAME_BYTES,
): Parsed<UpdateMessage> {
  const [topicFrame, bodyFrame] = frames;
  if (!topicFrame || !bodyFrame || frames.length > 2)
    return refuse("wrong-frames", `${frames.length} frames, where an update has two`);
  const oversize = tooLarge(frames, maxFrameBytes);
  if (oversize) return oversize;
  if (!isUtf8(topicFrame)) return refuse("not-utf8", "the topic is not UTF-8 text");
  const topic = topicFrame.toString();
  if (!isTopic(topic))
    return refuse("wrong-shape", `the topic is not 1 to ${MAX_NAME_LENGTH} printable characters`);
  const decoded = jsonCodec.decode([bodyFrame]);
  if (!decoded.ok) return decoded;
  const parsed = body.safeParse(decoded.message);
  if (parsed.success) return { ok: true, message: { topic, ...parsed.data } };
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  return refuse("wrong-shape", problems.join("; "));
}

/** Topics without those that another of them covers: so no message is meant by two of them. */
export function withoutCovered(topics: readonly string[]): string[] {
  const isCovered = (topic: string) =>
    topics.some((other) => other !== topic && topic.startsWith(other));
  return [...new Set(topics)].filter((topic) => !isCovered(topic));
}

function tooLarge(frames: readonly Buffer[], maxBytes: number): FrameProblem | undefined {
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= maxBytes) return undefined;
  return refuse("too-large", `${bytes} bytes, the limit is ${maxBytes}`);
}

function tooDeep(json: string): FrameProblem | undefined {
  const depth = nestingDepth(json);
  if (depth <= MAX_DEPTH) return undefined;
  return refuse("too-deep", `nested ${depth} deep, the limit is ${MAX_DEPTH}`);
}
