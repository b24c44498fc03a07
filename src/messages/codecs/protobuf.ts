/** Protocol Buffers (protobuf.dev): both sides know the schema, so that the bytes need not say what a field is called. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, Reader, util, type Type } from "protobufjs";
import { onlyFrame, refuse, type AgentMessage, type Codec, type FrameProblem } from "../codec";
import { MAX_DEPTH, type Carries, type Payload } from "../payload";
import { checkCarried } from "./carried";
import { withHint } from "./look-alike";
import { fromWireValue, toWireValue, WireValueError, type WireValue } from "./protobuf/value";

/** The schema, for peers in other languages; it lies beside the sources, whether they or the compiled files run. */
export const PROTOBUF_SCHEMA = join(__dirname, "../../../src/messages/pipeline.proto");

const carries: Carries = { binary: true, nonFinite: true, loneSurrogates: false, protoKeys: true };

/**
 * It carries binary data, NaN and -0. Fields that nobody knows are skipped, and what is missing is missing: no default
 * takes its place. Binary data that arrives is a view into the frame, not a copy. A peer in another language may refuse
 * what is nested less deep than here: see pipeline.proto.
 */
export const protobufCodec: Codec = {
  name: "protobuf",
  multipart: false,
  encode(message) {
    checkCarried(message, "Protobuf", carries);
    const bytes = agentMessageType().encode(toWire(message)).finish();
    return [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  },
  decode(frames) {
    const only = onlyFrame(frames);
    if (!only.ok) return only;
    try {
      const { buffer, byteOffset, length } = only.frame;
      const wire = agentMessageType().decode(new Uint8Array(buffer, byteOffset, length));
      return { ok: true, message: fromWire(wire as WireMessage) };
    } catch (error) {
      return problemOf(error as Error, only.frame);
    }
  },
};

/** An `AgentMessage` of the schema. */
interface WireMessage {
  task?: WireFields;
  result?: WireFields;
}

/** The fields of a `TaskMessage` or `ResultMessage`: those that are there. */
type WireFields = Record<string, string | number | WireValue>;

function toWire(message: AgentMessage): WireMessage {
  const fields = Object.entries(message).map(([name, value]) => {
    return [name, isData(name) ? toWireValue(value as Payload) : (value as string | number)];
  });
  const part = Object.fromEntries(fields) as WireFields;
  return "data" in message ? { task: part } : { result: part };
}

function fromWire({ task, result }: WireMessage): Record<string, Payload> {
  const part = task ?? result;
  if (!part) throw new WireValueError("wrong-shape", "neither a task nor a result");
  const fields = Object.keys(part).map((name) => {
    const value = part[name]!;
    return [name, isData(name) ? fromWireValue(value as WireValue) : (value as string | number)];
  });
  return Object.fromEntries(fields) as Record<string, Payload>;
}

function isData(field: string): boolean {
  return field === "data" || field === "result_data";
}

/** An array in an array is a List in a Value in a List in a Value; the message around them is three levels more. */
const MAX_LEVELS = 2 * MAX_DEPTH + 3;

let agentMessage: Type | undefined;

/** Reads the schema when it is needed first. */
function agentMessageType(): Type {
  if (agentMessage) return agentMessage;
  Reader.recursionLimit = MAX_LEVELS; // the library knows no limit for one type alone
  util.recursionLimit = MAX_LEVELS;
  const { root } = parse(readFileSync(PROTOBUF_SCHEMA, "utf8"), { keepCase: true });
  return (agentMessage = root.lookupType("zeromq_agents_tutorial.AgentMessage"));
}

function problemOf(error: Error, frame: Buffer): FrameProblem {
  if (error instanceof WireValueError)
    return refuse(error.code, withHint(error.message, frame, "Protobuf"));
  if (error.message === "max depth exceeded")
    return refuse("too-deep", `nested deeper than the limit of ${MAX_DEPTH}`);
  const isText = "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA";
  const reason = withHint(`not Protobuf: ${error.message}`, frame, "Protobuf");
  return isText ? refuse("not-utf8", "a text that is not UTF-8") : refuse("not-protobuf", reason);
}
