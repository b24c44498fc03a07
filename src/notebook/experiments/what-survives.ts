/** What becomes of odd values on a journey in each payload format: there and back, refused, or something else. */
import { inspect, isDeepStrictEqual } from "node:util";
import type { AgentMessage } from "../../messages/codec";
import { codecNames, codecOf, type CodecName } from "../../messages/codecs/named";
import { MAX_DEPTH } from "../../messages/payload";

/** One value, and what each format makes of it. */
export type Survival = { "a task's data": string } & Record<CodecName, string>;

/** Sends each value as a task's data in every format: "as it was", "refused: …" or "becomes …". */
export function whatSurvives(values: Record<string, unknown> = oddValues()): Survival[] {
  return Object.entries(values).map(([name, value]) => {
    const fates = codecNames.map((codec) => [codec, fateOf(value, codec)]);
    return { "a task's data": name, ...Object.fromEntries(fates) } as Survival;
  });
}

function fateOf(data: unknown, codecName: CodecName): string {
  const codec = codecOf(codecName);
  try {
    // The compiler refuses some of these values; what comes as `any` it cannot see.
    const decoded = codec.decode(
      codec.encode({ task_id: "t", data, timestamp: 0 } as AgentMessage),
    );
    if (!decoded.ok) return `refused by the receiver: ${decoded.reason}`;
    const arrived = (decoded.message as { data: unknown }).data;
    return isDeepStrictEqual(arrived, data) ? "as it was" : `becomes ${inspect(arrived)}`;
  } catch (error) {
    return `refused: ${shorten((error as Error).message)}`;
  }
}

/** From `Cannot send "data" as JSON: it is NaN. Send a string, …` the middle. */
function shorten(message: string): string {
  return message.replace(/^Cannot send [^:]*: (it is )?/, "").replace(/\. Send .*$/, "");
}

/** Values that one format or another cannot carry. */
function oddValues(): Record<string, unknown> {
  return {
    undefined: undefined,
    "10n": 10n,
    "new Date(0)": new Date(0),
    NaN: NaN,
    "-0": -0,
    "new Uint8Array([1, 2])": new Uint8Array([1, 2]),
    "new Map()": new Map(),
    "half a surrogate pair": "\ud83d",
    'a key "__proto__"': JSON.parse('{ "__proto__": 1 }') as unknown,
    [`nested ${MAX_DEPTH + 1} deep`]: nested(MAX_DEPTH), // the message around it is the first level
  };
}

function nested(depth: number): unknown {
  return depth > 0 ? [nested(depth - 1)] : [];
}
