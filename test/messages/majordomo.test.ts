import assert from "node:assert/strict";
import { test } from "node:test";
import {
  encodeClientCommand,
  encodeWorkerCommand,
  isServiceName,
  parseMajordomo,
  type ClientCommand,
  type Dialect,
  type WorkerCommand,
} from "../../src/messages/majordomo";

/** Frames as text, one byte a character. */
const framesOf = (texts: string[]) => texts.map((text) => Buffer.from(text, "latin1"));
const textsOf = (frames: Buffer[]) => frames.map((frame) => frame.toString("latin1"));

const body = framesOf(["b1", "b2"]);
const client = Buffer.from([0, 1, 2, 3, 255]);
const address = "\x00\x01\x02\x03\xff";

/** As rfc.zeromq.org/spec/18 (0.2) and spec/7 (0.1) have them; "0.2-delimited" as majortomo writes them. */
const clientWire: [Dialect, ClientCommand["type"], string[]][] = [
  ["0.2", "request", ["MDPC02", "\x01", "echo", "b1", "b2"]],
  ["0.2", "partial", ["MDPC02", "\x02", "echo", "b1", "b2"]],
  ["0.2", "final", ["MDPC02", "\x03", "echo", "b1", "b2"]],
  ["0.1", "request", ["", "MDPC01", "echo", "b1", "b2"]],
  ["0.1", "final", ["", "MDPC01", "echo", "b1", "b2"]],
  ["0.2-delimited", "request", ["", "MDPC02", "\x02", "echo", "b1", "b2"]],
  ["0.2-delimited", "partial", ["", "MDPC02", "\x03", "b1", "b2"]],
  ["0.2-delimited", "final", ["", "MDPC02", "\x04", "b1", "b2"]],
];

const workerWire: [Dialect, WorkerCommand, string[]][] = [
  ["0.2", { type: "ready", service: "echo" }, ["MDPW02", "\x01", "echo"]],
  ["0.2", { type: "request", client, body }, ["MDPW02", "\x02", address, "", "b1", "b2"]],
  ["0.2", { type: "partial", client, body }, ["MDPW02", "\x03", address, "", "b1", "b2"]],
  ["0.2", { type: "final", client, body }, ["MDPW02", "\x04", address, "", "b1", "b2"]],
  ["0.2", { type: "heartbeat" }, ["MDPW02", "\x05"]],
  ["0.2", { type: "disconnect" }, ["MDPW02", "\x06"]],
  ["0.1", { type: "ready", service: "echo" }, ["", "MDPW01", "\x01", "echo"]],
  ["0.1", { type: "request", client, body }, ["", "MDPW01", "\x02", address, "", "b1", "b2"]],
  ["0.1", { type: "final", client, body }, ["", "MDPW01", "\x03", address, "", "b1", "b2"]],
  ["0.1", { type: "heartbeat" }, ["", "MDPW01", "\x04"]],
  ["0.1", { type: "disconnect" }, ["", "MDPW01", "\x05"]],
];
for (const [dialect, command, frames] of workerWire.filter(([dialect]) => dialect === "0.2"))
  workerWire.push([`${dialect}-delimited` as Dialect, command, ["", ...frames]]);

for (const [dialect, type, texts] of clientWire)
  test(`MDP ${dialect}, client: ${type}`, () => {
    const isNamed = texts.includes("echo");
    const command: ClientCommand = { type, service: isNamed ? "echo" : "", body };
    const frames = encodeClientCommand(dialect, { ...command, service: "echo" });
    assert.deepEqual(textsOf(frames), texts);
    // In MDP 0.1 nothing tells a reply from a request but who it is that reads.
    const read = dialect === "0.1" ? { ...command, type: "request" } : command;
    assert.deepEqual(parseMajordomo(frames), { ok: true, dialect, peer: "client", command: read });
  });

for (const [dialect, command, texts] of workerWire)
  test(`MDP ${dialect}, worker: ${command.type}`, () => {
    const frames = encodeWorkerCommand(dialect, command);
    assert.deepEqual(textsOf(frames), texts);
    assert.deepEqual(parseMajordomo(frames), { ok: true, dialect, peer: "worker", command });
  });

test("a delimited request may also have the code of the specification", () => {
  const message = parseMajordomo(framesOf(["", "MDPC02", "\x01", "echo", "b"]));
  assert.ok(message.ok && message.peer === "client");
  assert.deepEqual([message.dialect, message.command.type], ["0.2-delimited", "request"]);
});

test("a body is opaque: empty frames, any bytes", () => {
  const bytes = [Buffer.alloc(0), Buffer.from([255, 0, 254])];
  const message = parseMajordomo([...framesOf(["MDPC02", "\x01", "echo"]), ...bytes]);
  assert.ok(message.ok && message.peer === "client");
  assert.deepEqual(message.command.body, bytes);
});

test("MDP 0.1 has no partial: none is written", () => {
  const problem = { name: "RangeError", message: /Cannot write a partial in MDP 0\.1/ };
  assert.throws(() => encodeClientCommand("0.1", { type: "partial", service: "s", body }), problem);
  assert.throws(() => encodeWorkerCommand("0.1", { type: "partial", client, body }), problem);
});

const malformed: [what: string, frames: string[], peer: string | undefined, reason: RegExp][] = [
  ["nothing", [], undefined, /"" is no header/],
  ["an empty frame alone", [""], undefined, /"" is no header/],
  ["two empty frames", ["", "", "MDPC01", "s", "b"], undefined, /is no header/],
  ["another protocol", ["HELLO"], undefined, /"HELLO" is no header/],
  ["a header that goes on", ["MDPW02 ", "\x05"], undefined, /is no header/],
  ["a version to come", ["MDPC03", "\x01", "s", "b"], undefined, /"MDPC03" is no header/],
  ["a long frame", ["x".repeat(1e6)], undefined, /^"x{20}" is no header/],
  ["0.1 without its empty frame", ["MDPC01", "s", "b"], undefined, /begins with an empty frame/],
  ["a client without a command", ["MDPC02"], "client", /^nothing is no command/],
  ["a client's unknown command", ["MDPC02", "\x04", "s", "b"], "client", /^0x04 is no command/],
  ["a command of two bytes", ["MDPC02", "\x01\x01", "s", "b"], "client", /^0x0101 is no command/],
  ["a request without a service", ["MDPC02", "\x01"], "client", /no printable name/],
  ["a request for an empty name", ["MDPC02", "\x01", "", "b"], "client", /no printable name/],
  ["a request without a body", ["MDPC02", "\x01", "s"], "client", /request without a body/],
  ["0.1 without a body", ["", "MDPC01", "s"], "client", /request without a body/],
  ["a delimited final without a body", ["", "MDPC02", "\x04"], "client", /final without a body/],
  ["a worker without a command", ["MDPW02"], "worker", /^nothing is no command/],
  ["a worker's command 0", ["MDPW02", "\x00"], "worker", /^0x00 is no command/],
  ["a worker's command 7", ["MDPW02", "\x07"], "worker", /^0x07 is no command/],
  ["0.1's command 6", ["", "MDPW01", "\x06"], "worker", /^0x06 is no command/],
  ["a long command", ["MDPW02", "x".repeat(1e6)], "worker", /^0x(78){8} is no command/],
  ["READY without a service", ["MDPW02", "\x01"], "worker", /no printable name/],
  ["READY with a line break", ["MDPW02", "\x01", "a\nb"], "worker", /no printable name/],
  ["READY with what is not UTF-8", ["MDPW02", "\x01", "\xff"], "worker", /no printable name/],
  ["READY with more", ["MDPW02", "\x01", "s", "t"], "worker", /ready with something behind it/],
  ["a heartbeat with more", ["MDPW02", "\x05", ""], "worker", /heartbeat with something behind/],
  ["DISCONNECT with more", ["MDPW02", "\x06", "x"], "worker", /disconnect with something behind/],
  ["an answer to nobody", ["MDPW02", "\x04"], "worker", /final without a client's address/],
  ["one to an empty address", ["MDPW02", "\x04", "", "", "b"], "worker", /without a client's addr/],
  ["one without the delimiter", ["MDPW02", "\x04", "X", "b"], "worker", /without a client's addr/],
  ["one with two addresses", ["MDPW02", "\x03", "X", "Y", "", "b"], "worker", /without a client's/],
  ["one without a body", ["", "MDPW01", "\x03", "X", ""], "worker", /final without a body/],
];

for (const [what, texts, peer, reason] of malformed)
  test(`refuses ${what}`, () => {
    const message = parseMajordomo(framesOf(texts));
    assert.ok(!message.ok);
    assert.deepEqual([message.code, message.peer], ["wrong-shape", peer]);
    assert.match(message.reason, reason);
    assert.equal(message.dialect === undefined, peer === undefined);
  });

test("a service's name is 1 to 200 printable characters", () => {
  for (const name of ["work", "mmi.service", "with space", "grüße 你好", "x".repeat(200)])
    assert.equal(isServiceName(name), true, name);
  for (const name of ["", "x".repeat(201), "a\nb", "\u0000", "a\u200bb", "\ufffd"])
    assert.equal(isServiceName(name), false, JSON.stringify(name));
});

/** A generator of pseudo-random numbers from 0 to 1 (mulberry32): the same for the same seed. */
function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("twenty thousand random messages: never an exception, always read or refused with a reason", () => {
  const random = createRandom(20_261_123);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const headers = ["MDPC01", "MDPC02", "MDPW01", "MDPW02"];
  const likely = ["", "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "s", ...headers];
  const many = <T>(most: number, make: () => T) => Array.from({ length: random() * most }, make);
  const noise = () => String.fromCharCode(...many(9, () => random() * 256));
  const frame = () => (random() < 0.8 ? pick(likely) : noise());
  const seen = { read: 0, refused: 0 };
  for (let n = 0; n < 20_000; n++) {
    const start = random() < 0.5 ? [pick(headers)] : random() < 0.5 ? ["", pick(headers)] : [];
    const frames = framesOf([...start, ...many(7, frame)]);
    const message = parseMajordomo(frames);
    if (message.ok) {
      seen.read++;
      const { dialect } = message;
      const written =
        message.peer === "client"
          ? encodeClientCommand(dialect, message.command)
          : encodeWorkerCommand(dialect, message.command);
      assert.deepEqual(parseMajordomo(written), message);
    } else {
      seen.refused++;
      assert.ok(message.reason.length > 0 && message.reason.length < 200, message.reason);
    }
  }
  assert.ok(seen.read > 500 && seen.refused > 10_000, JSON.stringify(seen));
});
