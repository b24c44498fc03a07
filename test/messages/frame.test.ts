import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonCodec } from "../../src/messages/codecs/json";
import {
  encodeFrame,
  encodeMessage,
  MAX_FRAME_BYTES,
  parseResultFrame,
  parseTaskFrame,
} from "../../src/messages/frame";
import { MAX_NAME_LENGTH } from "../../src/messages/schema";
import { createResultMessage, createWorkerDoneMessage } from "../../src/messages/result-message";
import { createEndMessage, createTaskMessage } from "../../src/messages/task-message";

const text = (frame: string) => Buffer.from(frame);
const taskText = '{"task_id":"t","data":1,"timestamp":2}';

test("tasks and END make the way there and back", () => {
  for (const message of [
    createTaskMessage({ a: [1, null, "ä😀"], b: {} }),
    createTaskMessage(null),
    createTaskMessage(""),
    createEndMessage(),
  ])
    assert.deepEqual(parseTaskFrame(encodeFrame(message)), { ok: true, message });
});

test("results and WORKER_DONE make the way there and back", () => {
  for (const message of [
    createResultMessage("t", [false], "1"),
    createResultMessage("t", { error: { name: "E", message: "m" } }, "ä"),
    createWorkerDoneMessage("1"),
  ])
    assert.deepEqual(parseResultFrame(encodeFrame(message)), { ok: true, message });
});

test("a frame is the JSON text that the Python agents write, in any order of fields", () => {
  assert.equal(
    encodeFrame(createEndMessage()).toString(),
    '{"task_id":"END_OF_TASKS","data":null}',
  );
  const parsed = parseTaskFrame(text('{"timestamp": 2.0, "data": "d", "task_id": "t"}'));
  assert.deepEqual(parsed, { ok: true, message: { task_id: "t", data: "d", timestamp: 2 } });
});

test("reads a Uint8Array in the middle of a larger buffer", () => {
  const whole = new TextEncoder().encode(`xx${taskText}yy`);
  assert.equal(parseTaskFrame(whole.subarray(2, -2)).ok, true);
});

const noFrames: [what: string, frames: unknown][] = [
  ["nothing", undefined],
  ["no frame", []],
  ["a Buffer, not in a list", text(taskText)],
  ["a text", [taskText]],
  ["two frames, without multipart", [text(taskText), text(taskText)]],
  ["a promise", Promise.resolve([text(taskText)])],
];

for (const [what, frames] of noFrames)
  test(`a codec of one's own that encodes to ${what} is told so, and nothing is sent`, () => {
    const codec = { ...jsonCodec, name: "own", encode: () => frames as Buffer[] };
    const send = () => encodeMessage(createEndMessage(), { codec, maxFrameBytes: 1000 });
    assert.throws(send, { name: "TypeError", message: /Cannot use codec own as encode must give/ });
  });

test("fields that nobody knows are left out", () =>
  assert.deepEqual(parseTaskFrame(text('{"task_id":"t","data":1,"timestamp":2,"more":3}')), {
    ok: true,
    message: { task_id: "t", data: 1, timestamp: 2 },
  }));

type Refusal = [frame: Buffer, code: string, reason: RegExp];

const bothRefuse: Refusal[] = [
  [Buffer.alloc(MAX_FRAME_BYTES + 1, 32), "too-large", /1048577 bytes, the limit is 1048576/],
  [text("[".repeat(101) + "]".repeat(101)), "too-deep", /nested 101 deep, the limit is 100/],
  [Buffer.from([0x22, 0xff, 0x22]), "not-utf8", /not UTF-8/],
  [Buffer.alloc(0), "not-json", /end of JSON input/],
  [text("hello"), "not-json", /hello/],
  [text(`${taskText} `.repeat(2)), "not-json", /after JSON/],
  [text("\ufeff{}"), "not-json", /not valid JSON/],
  [text('{"task_id":"t","data":NaN,"timestamp":1}'), "not-json", /not valid JSON/],
  [text("null"), "wrong-shape", /expected object/],
  [text("[]"), "wrong-shape", /expected object/],
  [text('"START"'), "wrong-shape", /expected object/],
  [text("{}"), "wrong-shape", /task_id/],
];

const tasksRefuse: Refusal[] = [
  ...bothRefuse,
  [text('{"task_id":1,"data":1,"timestamp":2}'), "wrong-shape", /task_id/],
  [text('{"task_id":"","data":1,"timestamp":2}'), "wrong-shape", /task_id/],
  [
    text(`{"task_id":"${"x".repeat(MAX_NAME_LENGTH + 1)}","data":1,"timestamp":2}`),
    "wrong-shape",
    /task_id/,
  ],
  [text('{"task_id":"t","timestamp":2}'), "wrong-shape", /data: is missing/],
  [text('{"task_id":"t","data":1}'), "wrong-shape", /timestamp/],
  [text('{"task_id":"t","data":1,"timestamp":"2"}'), "wrong-shape", /timestamp/],
  [text('{"task_id":"t","data":1,"timestamp":1e999}'), "wrong-shape", /timestamp/],
  [text('{"task_id":"END_OF_TASKS","data":1}'), "wrong-shape", /data/],
  [encodeFrame(createWorkerDoneMessage("1")), "wrong-shape", /data/],
];

const resultsRefuse: Refusal[] = [
  ...bothRefuse,
  [text('{"task_id":"t","worker_id":"1","timestamp":2}'), "wrong-shape", /result_data: is missing/],
  [text('{"task_id":"t","result_data":1,"timestamp":2}'), "wrong-shape", /worker_id/],
  [text('{"task_id":"t","result_data":1,"worker_id":1,"timestamp":2}'), "wrong-shape", /worker_id/],
  [text('{"task_id":"WORKER_DONE"}'), "wrong-shape", /worker_id/],
  [text('{"task_id":"WORKER_DONE","worker_id":""}'), "wrong-shape", /worker_id/],
  [text(taskText), "wrong-shape", /result_data/],
];

for (const [kind, parse, refusals] of [
  ["task", parseTaskFrame, tasksRefuse],
  ["result", parseResultFrame, resultsRefuse],
] as const)
  for (const [frame, code, reason] of refusals)
    test(`refuses as ${kind}, ${code}: ${frame.toString("latin1", 0, 50)}`, () => {
      const parsed = parse(frame);
      assert.ok(!parsed.ok);
      assert.equal(parsed.code, code);
      assert.match(parsed.reason, reason);
    });

test("a reason is short, however long the frame", () => {
  for (const frame of [`x${"y".repeat(500_000)}`, `{"task_id":"${"y".repeat(500_000)}"}`]) {
    const parsed = parseTaskFrame(text(frame));
    assert.ok(!parsed.ok && parsed.reason.length < 300);
  }
});

test("the limit is an option on both sides, and exact", () => {
  const frame = text(taskText);
  assert.equal(parseTaskFrame(frame, frame.length).ok, true);
  assert.equal(parseTaskFrame(frame, frame.length - 1).ok, false);
  const task = { task_id: "t", data: 1, timestamp: 2 };
  assert.equal(encodeFrame(task, frame.length).length, frame.length);
  assert.throws(() => encodeFrame(task, frame.length - 1), {
    name: "RangeError",
    message: /^Cannot send t: 38 bytes, the limit is 37$/,
  });
});

test("what JSON cannot carry is not sent", () =>
  assert.throws(() => encodeFrame(createTaskMessage(NaN)), TypeError));

/** Mulberry32: small, seeded, the same numbers every time. */
function seededRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isName = (value: unknown) =>
  typeof value === "string" && value.length > 0 && value.length <= MAX_NAME_LENGTH;

function checkParsed(frame: Buffer): boolean {
  const task = parseTaskFrame(frame, 500);
  if (task.ok) {
    assert.ok(isName(task.message.task_id) && task.message.data !== undefined);
    if ("timestamp" in task.message) assert.ok(Number.isFinite(task.message.timestamp));
    else assert.deepEqual(task.message, createEndMessage());
  } else assert.ok(task.reason.length > 0);
  const result = parseResultFrame(frame, 500);
  if (result.ok) {
    assert.ok(isName(result.message.task_id) && isName(result.message.worker_id));
    if ("timestamp" in result.message) {
      assert.ok(Number.isFinite(result.message.timestamp));
      assert.notEqual(result.message.result_data, undefined);
    } else assert.equal(result.message.task_id, "WORKER_DONE");
  } else assert.ok(result.reason.length > 0);
  return task.ok || result.ok;
}

test(
  "100,000 mutated frames: never an exception, never a wrong shape",
  { timeout: 240_000 },
  () => {
    const random = seededRandom(1);
    const below = (n: number) => Math.floor(random() * n);
    const seeds = [
      encodeFrame(createTaskMessage({ a: [1, "ä"] }, 1)),
      encodeFrame(createEndMessage()),
      encodeFrame(createResultMessage("t", { error: { name: "E", message: "m" } }, "1", 1)),
      encodeFrame(createWorkerDoneMessage("2")),
      Buffer.from('{"task_id":"t","data":null,"result_data":0,"worker_id":"w","timestamp":1}'),
    ];
    const pieces = [
      '"',
      "{",
      "}",
      "[",
      ":",
      ",",
      "null",
      "1e999",
      "\\ud800",
      "\x00",
      "END_OF_TASKS",
    ];
    let accepted = 0;
    for (let n = 0; n < 100_000; n++) {
      let frame = Buffer.from(seeds[below(seeds.length)]!);
      for (let mutations = below(4); mutations > 0; mutations--) {
        const at = below(frame.length);
        const piece = Buffer.from(pieces[below(pieces.length)]!);
        const how = below(4);
        if (how === 0) frame[at] = below(256);
        else if (how === 1) frame = frame.subarray(0, at + 1);
        else if (how === 2)
          frame = Buffer.concat([frame.subarray(0, at), piece, frame.subarray(at)]);
        else frame = Buffer.concat([frame.subarray(at), frame.subarray(0, at)]);
      }
      if (checkParsed(frame)) accepted++;
    }
    assert.ok(accepted > 20_000 && accepted < 80_000, `both ways are taken: ${accepted}`);
  },
);

test("no task may bear the name of another message", () => {
  for (const id of ["WORKER_DONE", "END_OF_TASKS"]) {
    const asResult = parseResultFrame(
      text(`{"task_id":"${id}","result_data":1,"worker_id":"1","timestamp":1}`),
    );
    assert.equal(asResult.ok && "result_data" in asResult.message, false, id);
  }
  const asTask = parseTaskFrame(text('{"task_id":"WORKER_DONE","data":1,"timestamp":1}'));
  assert.match(asTask.ok ? "" : asTask.reason, /task_id: is a reserved word/);
});
