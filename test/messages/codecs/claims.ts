/** What each codec says that it carries, written down once more for the tests: they must not ask the code under test. */
import { isUint8Array } from "node:util/types";
import type { AgentMessage, Codec } from "../../../src/messages/codec";
import { jsonCodec } from "../../../src/messages/codecs/json";
import { msgpackCodec } from "../../../src/messages/codecs/msgpack";
import { multipartCodec } from "../../../src/messages/codecs/multipart";
import { protobufCodec } from "../../../src/messages/codecs/protobuf";

/** Beyond texts, finite numbers, booleans, null, arrays and objects. */
export interface Claims {
  codec: Codec;
  binary: boolean;
  nonFinite: boolean;
  minusZero: boolean;
  loneSurrogates: boolean;
  protoKeys: boolean;
  frameKeys: boolean;
}

const no = { binary: false, nonFinite: false, minusZero: false };
const texts = { loneSurrogates: true, protoKeys: true, frameKeys: true };

export const allClaims: Claims[] = [
  { codec: jsonCodec, ...no, ...texts },
  {
    codec: msgpackCodec,
    ...{ binary: true, nonFinite: true, minusZero: false },
    ...{ loneSurrogates: false, protoKeys: false, frameKeys: true },
  },
  {
    codec: protobufCodec,
    ...{ binary: true, nonFinite: true, minusZero: true },
    ...{ loneSurrogates: false, protoKeys: true, frameKeys: true },
  },
  { codec: multipartCodec, ...no, binary: true, ...texts, frameKeys: false },
];

/** Finds something in a value that is not claimed, and names it. */
export function findUnclaimed(value: unknown, claims: Claims, depth = 1): string | undefined {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "string")
    return claims.loneSurrogates || value.isWellFormed() ? undefined : "half a surrogate pair";
  if (typeof value === "number")
    return claims.nonFinite || Number.isFinite(value) ? undefined : String(value);
  if (isUint8Array(value)) {
    const isPlain = Object.getPrototypeOf(value) === Uint8Array.prototype;
    return claims.binary && isPlain ? undefined : "binary data";
  }
  if (typeof value !== "object") return typeof value;
  if (depth > 100) return "too deep";
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = findUnclaimed(value[index], claims, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return "no plain object";
  for (const [key, part] of Object.entries(value)) {
    const found = findUnclaimed(key, claims) ?? findUnclaimed(part, claims, depth + 1);
    if (found) return found;
    if (key === "__proto__" && !claims.protoKeys) return "a key __proto__";
    if (key === "$frame" && !claims.frameKeys) return "a key $frame";
  }
  return undefined;
}

/** The value as it arrives: where -0 is not claimed, it is 0. */
export function asArrived<Value>(value: Value, claims: Claims): Value {
  if (Object.is(value, -0)) return (claims.minusZero ? value : 0) as Value;
  if (typeof value !== "object" || value === null || isUint8Array(value)) return value;
  if (Array.isArray(value)) return value.map((part: unknown) => asArrived(part, claims)) as Value;
  const parts = Object.entries(value).map(([key, part]) => [key, asArrived(part, claims)] as const);
  return Object.fromEntries(parts) as Value;
}

/** A task with such data, whether or not the compiler would let it pass. */
export function taskOf(data: unknown): AgentMessage {
  return { task_id: "t", data, timestamp: 1 } as AgentMessage;
}
