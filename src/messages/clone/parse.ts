/** Reads the commands of the Clustered Hashmap Protocol, see clone.ts: into a command, or a reason why not. */
import { isUtf8 } from "node:buffer";
import { parseKeyValue, propertyOf, type KeyValueMessage, type Property } from "./frames";
import { isKey, isSubtree } from "./keys";
import {
  HUGZ,
  ICANHAZ,
  KTHXBAI,
  type ChangeCommand,
  type EntryCommand,
  type HugzCommand,
  type Receipt,
  type Receipts,
  type RefusedChange,
  type Signature,
  type SnapshotEndCommand,
  type UpdateCommand,
} from "../clone";
import { refuse, type Parsed } from "../codec";

/** Reads what a server's snapshot port receives: gives the subtree that somebody asks for. */
export function parseSnapshotRequest(frames: readonly Buffer[]): Parsed<string> {
  const [command, subtree] = frames;
  if (frames.length !== 2 || command!.toString("latin1") !== ICANHAZ)
    return refuse("wrong-shape", `no ${ICANHAZ} with a subtree`);
  if (!isUtf8(subtree!) || !isSubtree(subtree!.toString()))
    return refuse(
      "wrong-shape",
      `"${subtree!.toString("latin1", 0, 50)}" is no subtree: it must be "" or like "/agents/"`,
    );
  return { ok: true, message: subtree!.toString() };
}

/** Reads what a server's collector port receives. The value is not looked into: see `parseValue`. */
export function parseChange(frames: readonly Buffer[]): Parsed<ChangeCommand> {
  return read(frames, ({ key, uuid, value, properties }) => {
    if (!isKey(key)) return refuse("wrong-shape", `"${key.slice(0, 50)}" is no key`);
    const ttlMs = ttlOf(properties);
    if (ttlMs === null) return refuse("wrong-shape", "the ttl is no number of seconds");
    const signature = signatureOf(properties);
    if (signature === null)
      return refuse("wrong-shape", "writer, number and first do not fit together");
    return { ok: true, message: { key, value, uuid, ttlMs, signature } };
  });
}

/** Reads what a client's subscription receives. */
export function parsePublished(frames: readonly Buffer[]): Parsed<UpdateCommand | HugzCommand> {
  return read<UpdateCommand | HugzCommand>(frames, ({ key, sequence, uuid, properties, value }) => {
    const receipts = receiptsOf(properties);
    const server = propertyOf(properties, "server");
    if (key === HUGZ)
      return {
        ok: true,
        message: { type: "hugz", server, tips: tipsOf(properties), ...receipts },
      };
    if (!isKey(key)) return refuse("wrong-shape", `"${key.slice(0, 50)}" is no key`);
    const ttlMs = ttlOf(properties) ?? undefined;
    const after = propertyOf(properties, "after")?.split(",").map(wholeNumber);
    if (after?.includes(undefined))
      return refuse("wrong-shape", "after is no list of sequence numbers");
    const update = {
      key,
      sequence,
      value,
      uuid,
      ttlMs,
      server,
      after: after as number[] | undefined,
    };
    return { ok: true, message: { type: "update", ...update, ...receipts } };
  });
}

/** Reads what a client that has asked for a snapshot receives. */
export function parseSnapshotPart(
  frames: readonly Buffer[],
): Parsed<EntryCommand | SnapshotEndCommand> {
  return read<EntryCommand | SnapshotEndCommand>(frames, ({ key, sequence, properties, value }) => {
    if (key === KTHXBAI) {
      const server = propertyOf(properties, "server");
      const entries = wholeNumber(propertyOf(properties, "entries") ?? "");
      const subtree = value.toString();
      return { ok: true, message: { type: "end", subtree, sequence, server, entries } };
    }
    if (!isKey(key)) return refuse("wrong-shape", `"${key.slice(0, 50)}" is no key`);
    const ttlMs = ttlOf(properties) ?? undefined;
    return { ok: true, message: { type: "entry", key, value, ttlMs } };
  });
}

function read<Message>(
  frames: readonly Buffer[],
  understand: (message: KeyValueMessage) => Parsed<Message>,
): Parsed<Message> {
  const parsed = parseKeyValue(frames);
  return parsed.ok ? understand(parsed.message) : parsed;
}

/** The time to live in milliseconds: undefined for ever, null when it makes no sense. */
function ttlOf(properties: readonly Property[]): number | undefined | null {
  const text = propertyOf(properties, "ttl");
  if (text === undefined) return undefined;
  if (!/^\d{1,10}(\.\d{1,20})?$/.test(text)) return null;
  return Number(text) === 0 ? undefined : Number(text) * 1000;
}

function signatureOf(properties: readonly Property[]): Signature | undefined | null {
  const writer = propertyOf(properties, "writer");
  if (writer === undefined) return undefined;
  const number = wholeNumber(propertyOf(properties, "number") ?? "");
  const first = wholeNumber(propertyOf(properties, "first") ?? "");
  if (!isWriter(writer) || !number || !first || first > number) return null;
  return { writer, number, first, wantsHugz: propertyOf(properties, "answer") === HUGZ };
}

function receiptsOf(properties: readonly Property[]): Receipts {
  const confirmed: Receipt[] = [];
  const refused: RefusedChange[] = [];
  const own = signatureOf([...properties, ["first", "1"]]);
  if (own) confirmed.push({ writer: own.writer, number: own.number });
  for (const [name, value] of properties) {
    const [number, writer, ...reason] = value.split(" ");
    const receipt = { writer: writer ?? "", number: wholeNumber(number!) ?? 0 };
    if (name === "confirmed") confirmed.push(receipt);
    if (name === "refused") refused.push({ ...receipt, reason: reason.join(" ") });
  }
  return { confirmed, refused };
}

function tipsOf(properties: readonly Property[]): Map<string, number> {
  const tips = new Map<string, number>();
  for (const [name, value] of properties) {
    if (name !== "tip") continue;
    const space = value.indexOf(" ");
    const tip = wholeNumber(value.slice(0, space));
    if (tip !== undefined) tips.set(value.slice(space + 1), tip);
  }
  return tips;
}

function isWriter(text: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(text);
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
