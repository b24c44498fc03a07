/** Writes the commands of the Clustered Hashmap Protocol, see clone.ts. */
import { encodeKeyValue, type Property } from "./frames";
import {
  HUGZ,
  ICANHAZ,
  KTHXBAI,
  type ChangeCommand,
  type EntryCommand,
  type HugzCommand,
  type RefusedChange,
  type SnapshotEndCommand,
  type UpdateCommand,
} from "../clone";

/** Writes ICANHAZ: the client asks for the state of a subtree. */
export function encodeSnapshotRequest(subtree: string): Buffer[] {
  return [Buffer.from(ICANHAZ), Buffer.from(subtree)];
}

/** Writes KVSYNC; its sequence number is that of the KTHXBAI to come, as CHP wants the highest there. */
export function encodeEntry(entry: Omit<EntryCommand, "type">, sequence: number): Buffer[] {
  return encodeKeyValue({ ...entry, sequence, properties: ttlProperty(entry.ttlMs) });
}

/** Writes KTHXBAI. */
export function encodeSnapshotEnd(end: Omit<SnapshotEndCommand, "type">): Buffer[] {
  const properties = listProperties({ server: end.server, entries: end.entries });
  const value = Buffer.from(end.subtree);
  return encodeKeyValue({ key: KTHXBAI, sequence: end.sequence, properties, value });
}

/** Writes KVSET. */
export function encodeChange({ signature, ttlMs, ...change }: ChangeCommand): Buffer[] {
  const { wantsHugz, ...signed } = signature ?? {};
  const properties = listProperties({ ...signed, answer: wantsHugz ? HUGZ : undefined });
  return encodeKeyValue({ ...change, properties: [...ttlProperty(ttlMs), ...properties] });
}

/** Writes KVPUB. */
export function encodeUpdate(update: Omit<UpdateCommand, "type">): Buffer[] {
  const { key, sequence, value, uuid, ttlMs, server, after, confirmed, refused } = update;
  const properties = [
    ...ttlProperty(ttlMs),
    ...listProperties({ server, after: after?.join(), ...confirmed[0] }),
    ...refused.map(refusalProperty),
  ];
  return encodeKeyValue({ key, sequence, uuid, properties, value });
}

/** Writes HUGZ. */
export function encodeHugz({
  server,
  tips,
  confirmed,
  refused,
}: Omit<HugzCommand, "type">): Buffer[] {
  const properties = [
    ...listProperties({ server }),
    ...Array.from(tips, ([subtree, tip]): Property => ["tip", `${tip} ${subtree}`]),
    ...refused.map(refusalProperty),
    ...confirmed.map(({ writer, number }): Property => ["confirmed", `${number} ${writer}`]),
  ];
  return encodeKeyValue({ key: HUGZ, properties });
}

function ttlProperty(ttlMs: number | undefined): Property[] {
  return ttlMs === undefined ? [] : [["ttl", String(Math.max(1, Math.ceil(ttlMs)) / 1000)]];
}

function refusalProperty({ writer, number, reason }: RefusedChange): Property {
  return ["refused", `${number} ${writer} ${reason.replace(/\n/g, " ")}`];
}

function listProperties(named: Record<string, string | number | undefined>): Property[] {
  return Object.entries(named).flatMap(([name, value]): Property[] =>
    value === undefined ? [] : [[name, String(value)]],
  );
}
