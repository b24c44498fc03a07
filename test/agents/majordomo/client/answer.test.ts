import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer } from "../../../../src/agents/majordomo/client/answer";
import { jsonCodec } from "../../../../src/messages/codecs/json";
import { encodeFrame } from "../../../../src/messages/frame";
import {
  encodeClientCommand,
  encodeWorkerCommand,
  type Dialect,
} from "../../../../src/messages/majordomo";
import {
  createResultMessage,
  createWorkerDoneMessage,
} from "../../../../src/messages/result-message";

const result = createResultMessage("a", "done", "1", 0);
const body = [encodeFrame(result)];
const read = (frames: Buffer[], most = 1000) =>
  readAnswer(frames, { codec: jsonCodec, maxFrameBytes: most });

for (const dialect of ["0.2", "0.2-delimited"] as const)
  for (const type of ["partial", "final"] as const)
    test(`reads a ${type} of MDP ${dialect}`, () =>
      assert.deepEqual(read(encodeClientCommand(dialect, { type, service: "work", body })), {
        ok: true,
        type,
        result,
      }));

test("in MDP 0.1 a reply looks like a request, and is final", () =>
  assert.deepEqual(read(encodeClientCommand("0.1", { type: "final", service: "work", body })), {
    ok: true,
    type: "final",
    result,
  }));

test("the broker's answer about a service has a text in it, no result", () => {
  const body = [Buffer.from("404")];
  for (const dialect of ["0.1", "0.2"] as const) {
    const frames = encodeClientCommand(dialect, { type: "final", service: "mmi.service", body });
    assert.deepEqual(read(frames), { ok: true, type: "mmi" });
  }
});

const final = (body: Buffer[], dialect: Dialect = "0.2") =>
  encodeClientCommand(dialect, { type: "final", service: "work", body });

const malformed: [what: string, frames: Buffer[], code: string, reason: RegExp, end?: "final"][] = [
  ["no frames", [], "wrong-shape", /no header/],
  ["another protocol", [Buffer.from("HTTP/1.1")], "wrong-shape", /"HTTP\/1\.1" is no header/],
  ["no body", final([]), "wrong-shape", /without a body/],
  [
    "a command for workers",
    encodeWorkerCommand("0.2", { type: "heartbeat" }),
    "wrong-shape",
    /for workers/,
  ],
  [
    "a request",
    encodeClientCommand("0.2", { type: "request", service: "work", body }),
    "wrong-shape",
    /a request/,
  ],
  ["no UTF-8", final([Buffer.of(255)]), "not-utf8", /UTF-8/, "final"],
  ["no JSON", final([Buffer.from("{")]), "not-json", /JSON/, "final"],
  ["no result", final([Buffer.from("{}")]), "wrong-shape", /task_id/, "final"],
  ["too large", final([Buffer.alloc(1001, " ")]), "too-large", /1001 bytes/, "final"],
  [
    "WORKER_DONE",
    final([encodeFrame(createWorkerDoneMessage("1"))]),
    "wrong-shape",
    /WORKER_DONE/,
    "final",
  ],
];

for (const [what, frames, code, reason, end] of malformed)
  test(`refuses ${what}`, () => {
    const answer = read(frames);
    assert.ok(!answer.ok);
    assert.deepEqual([answer.code, answer.isFinal], [code, end === "final"]);
    assert.match(answer.reason, reason);
  });

test("an unusable answer says whose it is, where that can be read", () => {
  const large = final([encodeFrame(createResultMessage("a", "x".repeat(1000), "1", 0))]);
  for (const frames of [large, final([Buffer.from('{"task_id":"a"}')])]) {
    const answer = read(frames);
    assert.equal(!answer.ok && answer.taskId, "a");
  }
  for (const text of ["1", "null", '{"task_id":1}', "{"]) {
    const answer = read(final([Buffer.from(text)]));
    assert.equal(!answer.ok && answer.taskId, undefined, text);
  }
});

test("an unusable part is not the last word, an unusable reply of MDP 0.1 is", () => {
  const body = [Buffer.from("text")];
  const part = read(encodeClientCommand("0.2", { type: "partial", service: "work", body }));
  assert.deepEqual([part.ok, !part.ok && part.isFinal], [false, false]);
  const reply = read(final(body, "0.1"));
  assert.deepEqual([reply.ok, !reply.ok && reply.isFinal], [false, true]);
});
