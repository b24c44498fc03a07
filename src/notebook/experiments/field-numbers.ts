/** Two programs with two versions of a Protobuf schema. */
import { parse, type Type } from "protobufjs";

/** Writes fields with one schema and reads the bytes with another; each is the text of one message. */
export function sendAcross(
  written: string,
  read: string,
  fields: Record<string, unknown>,
): Record<string, unknown> {
  const bytes = messageOf(written).encode(fields).finish();
  return messageOf(read).decode(bytes).toJSON();
}

function messageOf(schema: string): Type {
  const { root } = parse(`syntax = "proto3"; ${schema}`, { keepCase: true });
  const [name] = /(?<=message )\w+/.exec(schema) ?? [""];
  return root.lookupType(name);
}
