/** What each payload format costs: bytes, and the time to write and to read them. */
import { setImmediate } from "node:timers/promises";
import type { Codec } from "../../messages/codec";
import { codecNames, codecOf, type CodecName } from "../../messages/codecs/named";
import type { Payload } from "../../messages/payload";
import type { TaskMessage } from "../../messages/task-message";

/** One payload in one format. */
export interface PayloadCost {
  payload: string;
  codec: CodecName;
  /** All frames together. */
  bytes: number;
  /** Microseconds: the median of all rounds. */
  encode: number;
  decode: number;
}

/**
 * Measures payloads in all formats that carry them, in rounds that give each its turn, so that whatever
 * else the machine does costs all of them alike. The check against the schema, the same for all, is left out.
 */
export async function payloadCost(
  payloads: Record<string, Payload> = realPayloads(),
  rounds = 15,
): Promise<PayloadCost[]> {
  const trials = Object.entries(payloads).flatMap(([payload, data]) =>
    codecNames.flatMap((codec) => openTrial(payload, codec, data) ?? []),
  );
  for (let round = 0; round < rounds; round++) {
    for (const trial of trials) {
      trial.encodes.push(time(trial.encode));
      trial.decodes.push(time(trial.decode));
    }
    await setImmediate(); // lets a notebook breathe
  }
  return trials.map(({ payload, codec, bytes, encodes, decodes }) => {
    return { payload, codec, bytes, encode: median(encodes), decode: median(decodes) };
  });
}

/** A small task, a document of 10 kB, and 10,000 numbers with all their digits, as measuring or a model gives them. */
export function realPayloads(): Record<string, Payload> {
  const sentence = "Zwei Agenten sprechen über ZeroMQ, and a third one takes notes. ";
  const sections = Array.from({ length: 20 }, (_, index) => ({
    heading: `Section ${index + 1}`,
    reviewed: index % 2 === 0,
    score: (index + 1) / 7,
    text: sentence.repeat(6),
  }));
  return {
    "a small task": "Task_1_payload",
    "a document": { title: "Minutes", authors: ["Ada", "Grace"], sections },
    "10,000 numbers": Array.from({ length: 10_000 }, (_, index) => 100 * Math.sin(index)),
  };
}

/** One payload and one format, and the times that were taken. */
interface Trial {
  payload: string;
  codec: CodecName;
  bytes: number;
  encode: () => unknown;
  decode: () => unknown;
  encodes: number[];
  decodes: number[];
}

/** Gives nothing when the format does not carry the payload. */
function openTrial(payload: string, codecName: CodecName, data: Payload): Trial | undefined {
  const codec = codecOf(codecName);
  const task = {
    ...{ task_id: "3b241101-e2bb-4255-8caf-4136c566a962", data, timestamp: 1_764_000_000.123 },
  };
  const frames = tryToEncode(codec, task);
  if (!frames) return undefined;
  return {
    ...{ payload, codec: codecName, encodes: [], decodes: [] },
    bytes: frames.reduce((sum, { length }) => sum + length, 0),
    encode: () => codec.encode(task),
    decode: () => codec.decode(frames),
  };
}

function tryToEncode(codec: Codec, task: TaskMessage): Buffer[] | undefined {
  try {
    return codec.encode(task);
  } catch {
    return undefined;
  }
}

/** How long a measurement lasts, in milliseconds: many times what the clock can tell apart. */
const MEASURE_MS = 2;

/** Does something again and again; gives the microseconds of one time. */
function time(work: () => unknown): number {
  const startedAt = performance.now();
  let times = 0;
  let elapsedMs = 0;
  for (let chunk = 1; elapsedMs < MEASURE_MS; chunk *= 2) {
    for (let n = 0; n < chunk; n++) work();
    times += chunk;
    elapsedMs = performance.now() - startedAt;
  }
  return (elapsedMs / times) * 1000;
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}
