/**
 * The commands of the Majordomo Protocol and the frames they travel in: rfc.zeromq.org/spec/18 (MDP 0.2)
 * and, for older peers, rfc.zeromq.org/spec/7 (MDP 0.1). Bodies are opaque here.
 */
import { MAX_NAME_LENGTH } from "./schema";

/**
 * How a peer writes the protocol. "0.1" and "0.2" are the two versions; "0.2-delimited" is 0.2 as the
 * Python package majortomo writes it: 0.1's empty first frame, and towards clients the codes of workers.
 */
export type Dialect = "0.1" | "0.2" | "0.2-delimited";

/** What goes between client and broker: the client asks, the broker answers with any number of partials and one final. */
export interface ClientCommand {
  type: "request" | "partial" | "final";
  /** Which service; empty in an answer of a dialect that does not say. */
  service: string;
  body: Buffer[];
}

/** What goes between worker and broker. Which client a request is from is an address for its answer to bear. */
export type WorkerCommand =
  | { type: "ready"; service: string }
  | { type: "request" | "partial" | "final"; client: Buffer; body: Buffer[] }
  | { type: "heartbeat" }
  | { type: "disconnect" };

/** What became of the frames of one message. */
export type MajordomoMessage =
  | { ok: true; dialect: Dialect; peer: "client"; command: ClientCommand }
  | { ok: true; dialect: Dialect; peer: "worker"; command: WorkerCommand }
  | {
      ok: false;
      code: "wrong-shape";
      reason: string;
      /** Who spoke, where so much could be read: a worker can be told to leave. */
      peer?: "worker" | "client";
      dialect?: Dialect;
    };

const workerHeader = { "0.1": "MDPW01", "0.2": "MDPW02", "0.2-delimited": "MDPW02" };
const clientHeader = { "0.1": "MDPC01", "0.2": "MDPC02", "0.2-delimited": "MDPC02" };

/** The second frame of a worker's command is one byte: the place in this list, counted from 1. */
const workerCodes: Record<Dialect, readonly WorkerCommand["type"][]> = {
  "0.1": ["ready", "request", "final", "heartbeat", "disconnect"],
  "0.2": ["ready", "request", "partial", "final", "heartbeat", "disconnect"],
  "0.2-delimited": ["ready", "request", "partial", "final", "heartbeat", "disconnect"],
};

const clientCodes: Record<Dialect, Record<number, ClientCommand["type"]>> = {
  "0.1": {},
  "0.2": { 1: "request", 2: "partial", 3: "final" },
  "0.2-delimited": { 1: "request", 2: "request", 3: "partial", 4: "final" },
};

const empty = Buffer.alloc(0);

/** Writes a command between client and broker. @throws RangeError for a partial in "0.1", which has none. */
export function encodeClientCommand(dialect: Dialect, command: ClientCommand): Buffer[] {
  const { type, service, body } = command;
  const header = Buffer.from(clientHeader[dialect]);
  const name = Buffer.from(service);
  if (dialect === "0.1") {
    if (type === "partial") throw unknownIn(dialect, type);
    return [empty, header, name, ...body];
  }
  if (dialect === "0.2")
    return [header, codeOf(dialect, type, ["request", "partial", "final"]), name, ...body];
  const code = codeOf(dialect, type, workerCodes[dialect]);
  return [empty, header, code, ...(type === "request" ? [name] : []), ...body];
}

/** Writes a command between worker and broker. @throws RangeError for a partial in "0.1", which has none. */
export function encodeWorkerCommand(dialect: Dialect, command: WorkerCommand): Buffer[] {
  const start = dialect === "0.2" ? [] : [empty];
  const code = codeOf(dialect, command.type, workerCodes[dialect]);
  return [...start, Buffer.from(workerHeader[dialect]), code, ...restOf(command)];
}

function restOf(command: WorkerCommand): Buffer[] {
  if (command.type === "ready") return [Buffer.from(command.service)];
  if (command.type === "heartbeat" || command.type === "disconnect") return [];
  return [command.client, empty, ...command.body];
}

function codeOf<Type extends string>(dialect: Dialect, type: Type, codes: readonly Type[]): Buffer {
  const place = codes.indexOf(type);
  if (place < 0) throw unknownIn(dialect, type);
  return Buffer.of(place + 1);
}

function unknownIn(dialect: Dialect, type: string): RangeError {
  return new RangeError(`Cannot write a ${type} in MDP ${dialect} as it has no such command`);
}

/** Reads a message of either kind, without the address that a ROUTER puts before it. */
export function parseMajordomo(frames: readonly Buffer[]): MajordomoMessage {
  const isDelimited = frames[0]?.length === 0;
  const [header, ...rest] = isDelimited ? frames.slice(1) : frames;
  const text = header?.toString("latin1", 0, 20) ?? "";
  const [, peer, version] = /^MDP([CW])0([12])$/.exec(text) ?? [];
  if (!peer) return refuse(`"${text}" is no header of the Majordomo Protocol`);
  if (version === "1" && !isDelimited) return refuse("MDP 0.1 begins with an empty frame");
  const dialect = version === "1" ? "0.1" : isDelimited ? "0.2-delimited" : "0.2";
  return peer === "C" ? parseClient(dialect, rest) : parseWorker(dialect, rest);
}

function parseClient(dialect: Dialect, frames: Buffer[]): MajordomoMessage {
  const no = (reason: string) => refuse(reason, "client", dialect);
  const [code, ...rest] = dialect === "0.1" ? [Buffer.of(1), ...frames] : frames;
  const type = dialect === "0.1" ? "request" : clientCodes[dialect][byte(code)];
  if (!type) return no(`${hex(code)} is no command of a client's dialogue`);
  const isNamed = dialect !== "0.2-delimited" || type === "request";
  const service = isNamed ? rest.shift() : empty;
  if (isNamed && !isName(service)) return no("the service has no printable name");
  if (rest.length === 0) return no(`a ${type} without a body`);
  const command: ClientCommand = { type, service: String(service), body: rest };
  return { ok: true, dialect, peer: "client", command };
}

function parseWorker(dialect: Dialect, [code, ...rest]: Buffer[]): MajordomoMessage {
  const no = (reason: string) => refuse(reason, "worker", dialect);
  const type = workerCodes[dialect][byte(code) - 1];
  if (!type) return no(`${hex(code)} is no command of a worker's dialogue`);
  const command = readWorkerCommand(type, rest);
  return typeof command === "string" ? no(command) : { ok: true, dialect, peer: "worker", command };
}

/** Gives the command, or the reason why it is none. */
function readWorkerCommand(type: WorkerCommand["type"], rest: Buffer[]): WorkerCommand | string {
  const [first, second, ...body] = rest;
  switch (type) {
    case "heartbeat":
    case "disconnect":
      return rest.length === 0 ? { type } : `a ${type} with something behind it`;
    case "ready":
      if (!isName(first)) return "the service has no printable name";
      return rest.length === 1
        ? { type, service: String(first) }
        : "a ready with something behind it";
    default:
      if (!first?.length || second?.length !== 0) return `a ${type} without a client's address`;
      return body.length > 0 ? { type, client: first, body } : `a ${type} without a body`;
  }
}

/** A frame of one byte as a number; -1 for any other. */
function byte(frame: Buffer | undefined): number {
  return frame?.length === 1 ? frame[0]! : -1;
}

function hex(frame: Buffer | undefined): string {
  return frame ? `0x${frame.subarray(0, 8).toString("hex")}` : "nothing";
}

function isName(frame: Buffer | undefined): frame is Buffer {
  return frame !== undefined && isServiceName(frame.toString());
}

/** The service that tells whether another one has workers (rfc.zeromq.org/spec/8, MMI). */
export const MMI_SERVICE = "mmi.service";

/** The service by which a client takes a task back; the body is its task_id. Ours: MMI leaves room for more services. */
export const MMI_CANCEL = "mmi.cancel";

/** Tells whether a service belongs to the broker: no worker may offer it. */
export function isManagement(service: string): boolean {
  return service.startsWith("mmi.");
}

/** Tells whether a text may name a service: 1 to 200 printable characters. */
export function isServiceName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME_LENGTH && !/[\p{C}\ufffd]/u.test(name);
}

function refuse(reason: string, peer?: "worker" | "client", dialect?: Dialect): MajordomoMessage {
  return { ok: false, code: "wrong-shape", reason, peer, dialect };
}
