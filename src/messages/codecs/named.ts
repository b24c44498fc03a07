/** The payload formats by name: what an option or a `--codec` flag may say. */
import { inspect } from "node:util";
import type { Codec } from "../codec";
import { jsonCodec } from "./json";
import { msgpackCodec } from "./msgpack";
import { multipartCodec } from "./multipart";
import { protobufCodec } from "./protobuf";

const codecs = {
  json: jsonCodec,
  msgpack: msgpackCodec,
  protobuf: protobufCodec,
  multipart: multipartCodec,
};

/** A payload format that comes with the agents. */
export type CodecName = keyof typeof codecs;

/** All their names. */
export const codecNames = Object.keys(codecs) as CodecName[];

/**
 * Gives the codec of that name; one of your own passes as it is.
 * @throws TypeError naming the value, when it is neither.
 */
export function codecOf(codec: Codec | CodecName): Codec {
  if (typeof codec === "string" && Object.hasOwn(codecs, codec)) return codecs[codec];
  if (isCodec(codec)) return codec;
  throw new TypeError(
    `Cannot use codec as it must be ${codecNames.join(", ")} or an object with name, multipart, encode and decode: ` +
      `current value is ${inspect(codec)}`,
  );
}

function isCodec(value: unknown): value is Codec {
  const { encode, decode } = (value ?? {}) as Partial<Codec>;
  return typeof encode === "function" && typeof decode === "function";
}
