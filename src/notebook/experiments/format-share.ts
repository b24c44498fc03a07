/** How much of a pipeline's time goes into its payload format, when the work is none. */
import type { Codec } from "../../messages/codec";
import { codecOf, type CodecName } from "../../messages/codecs/named";
import { runPipeline, type RunPipelineOptions } from "../../orchestration/run-pipeline";
import { NO_OP } from "./no-op-rate";
import { realPayloads } from "./payload-cost";

/** How many tasks of each payload are sent: enough to be timed, and not to be waited for. */
const TASKS: Record<string, number> = {
  "a small task": 500,
  "a document": 200,
  "10,000 numbers": 30,
};

const ROUNDS = 3;

/** Sends each of the real payloads through pipelines; gives the format's share of the time in percent, the median of three. */
export async function formatShares(
  format: CodecName,
  options: Omit<RunPipelineOptions, "codec" | "tasks"> = {},
): Promise<Record<string, number>> {
  const payloads = Object.entries(realPayloads());
  const shares = new Map(payloads.map(([payload]) => [payload, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [payload, data] of payloads) {
      const job = { ...NO_OP, ...options, tasks: TASKS[payload], createData: () => data };
      shares.get(payload)!.push(await measureShare(format, job));
    }
  return Object.fromEntries([...shares].map(([payload, all]) => [payload, median(all)]));
}

async function measureShare(format: CodecName, job: RunPipelineOptions): Promise<number> {
  const codec = new TimedCodec(codecOf(format));
  const { events } = await runPipeline({ ...job, codec });
  const started = events.find(({ type }) => type === "started");
  const last = events.findLast(({ type }) => type === "result-received");
  return last ? (100 * codec.spentMs) / (last.at - started!.at) : 0; // 0 when it was stopped
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

/** A codec with a stopwatch. All agents of the pipeline share it, and one thread. */
class TimedCodec implements Codec {
  /** How long it has been at work, in milliseconds. */
  spentMs = 0;
  readonly name: string;
  readonly multipart: boolean;

  constructor(private readonly codec: Codec) {
    this.name = codec.name;
    this.multipart = codec.multipart;
  }

  encode(message: Parameters<Codec["encode"]>[0]): Buffer[] {
    return this.#time(() => this.codec.encode(message));
  }

  decode(frames: readonly Uint8Array[]): ReturnType<Codec["decode"]> {
    return this.#time(() => this.codec.decode(frames));
  }

  #time<T>(work: () => T): T {
    const startedAt = performance.now();
    const answer = work();
    this.spentMs += performance.now() - startedAt;
    return answer;
  }
}
