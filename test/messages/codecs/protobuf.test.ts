import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "protobufjs";
import { PROTOBUF_SCHEMA, protobufCodec } from "../../../src/messages/codecs/protobuf";
import { taskOf } from "./claims";

const schema = parse(readFileSync(PROTOBUF_SCHEMA, "utf8"), { keepCase: true }).root;
const agentMessage = schema.lookupType("zeromq_agents_tutorial.AgentMessage");

/** A frame as a program with the same schema writes it. */
const frameOf = (fields: object) => Buffer.from(agentMessage.encode(fields).finish());
const task = (data: object, more: object = {}) =>
  frameOf({ task: { task_id: "t", data, timestamp: 1, ...more } });

test("the schema lies where it is looked for", () => assert.ok(existsSync(PROTOBUF_SCHEMA)));

test("END and WORKER_DONE have the fields that they have in JSON, and no others", () => {
  for (const message of [
    { task_id: "END_OF_TASKS" as const, data: null },
    { task_id: "WORKER_DONE" as const, worker_id: "1" },
  ])
    assert.deepEqual(protobufCodec.decode(protobufCodec.encode(message)), { ok: true, message });
  const frames = protobufCodec.encode({ task_id: "END_OF_TASKS", data: null });
  assert.equal(frames[0]!.toString("hex"), "0a120a0c454e445f4f465f5441534b5312020800");
});

test("numbers are packed: eight bytes each", () => {
  const size = (data: unknown) => protobufCodec.encode(taskOf(data))[0]!.length;
  assert.equal(size(Array(1001).fill(0.5)) - size(Array(1000).fill(0.5)), 8);
});

const sameValues: [travelled: string, data: object, value: unknown][] = [
  ["numbers", { numbers: { values: [1, 2] } }, [1, 2]],
  ["a list of numbers", { list: { values: [{ number: 1 }, { number: 2 }] } }, [1, 2]],
  ["no numbers", { numbers: {} }, []],
  ["an empty list", { list: {} }, []],
  ["an empty struct", { struct: {} }, {}],
  ["an empty text", { text: "" }, ""],
  ["no bytes", { binary: new Uint8Array(0) }, new Uint8Array(0)],
  ["false", { boolean: false }, false],
  ["null, whatever its number", { null: 5 }, null],
];

for (const [travelled, data, value] of sameValues)
  test(`${travelled}: arrives as the value that was meant`, () => {
    const decoded = protobufCodec.decode([task(data)]);
    assert.deepEqual(decoded, { ok: true, message: taskOf(value) });
  });

test("two empty arrays are not the same array", () => {
  const lists = { list: { values: [{ list: {} }, { list: {} }, { numbers: {} }] } };
  const decoded = protobufCodec.decode([task(lists)]);
  assert.ok(decoded.ok);
  const [first, second, third] = (decoded.message as { data: number[][] }).data;
  first!.push(1);
  third!.push(2);
  assert.deepEqual([first, second, third], [[1], [], [2]]);
});

test("-0 and NaN arrive, alone and among numbers", () => {
  const message = taskOf([-0, [-0, NaN], { a: -0, b: Infinity }]);
  assert.deepEqual(protobufCodec.decode(protobufCodec.encode(message)), { ok: true, message });
});

test("a key __proto__ is a key like any other", () => {
  const message = taskOf(JSON.parse('{"__proto__":{"polluted":1}}'));
  const decoded = protobufCodec.decode(protobufCodec.encode(message));
  assert.deepEqual(decoded, { ok: true, message });
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test("what a newer sender added is skipped", () => {
  const newer = readFileSync(PROTOBUF_SCHEMA, "utf8")
    .replace("optional double timestamp = 3;", "optional double timestamp = 3; Value extra = 77;")
    .replace("ResultMessage result = 2;", "ResultMessage result = 2; string note = 78;");
  const type = parse(newer, { keepCase: true }).root.lookupType("AgentMessage");
  const fields = { task_id: "t", data: { number: 1 }, timestamp: 1, extra: { text: "new" } };
  assert.deepEqual(protobufCodec.decode([type.encode({ task: fields }).finish()]), {
    ok: true,
    message: taskOf(1),
  });
});

test("what is missing is missing: no default takes its place", () => {
  const decoded = protobufCodec.decode([frameOf({ task: { data: { number: 1 } } })]);
  assert.deepEqual(decoded, { ok: true, message: { data: 1 } });
  const empty = frameOf({ result: { task_id: "", timestamp: 0 } });
  assert.deepEqual(protobufCodec.decode([empty]), {
    ok: true,
    message: { task_id: "", timestamp: 0 },
  });
});

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

const refusals: [what: string, frame: Buffer, code: string, reason: RegExp][] = [
  ["nothing", Buffer.alloc(0), "wrong-shape", /neither a task nor a result/],
  ["a message of a later kind", hex("1a00"), "wrong-shape", /neither a task nor a result/],
  ["data of no kind", task({}), "wrong-shape", /a Value of no kind that this program knows/],
  ["a cut message", task({ number: 1 }).subarray(0, -1), "not-protobuf", /out of range/],
  ["a byte too many", Buffer.concat([task({}), hex("00")]), "not-protobuf", /not Protobuf: /],
  ["a text that is not UTF-8", hex("0a05 12031a01ff"), "not-utf8", /not UTF-8/],
  ["such a long one", hex(`0a2b 1229 1a27 ${"ff".repeat(39)}`), "not-utf8", /not UTF-8/],
  ["half a surrogate pair", hex("0a07 1205 1a03eda080"), "not-utf8", /not UTF-8/],
  ["half a number among numbers", hex("0a09 1207 4205 0a03000000"), "not-protobuf", /range/],
  ["a length that is a lie", hex("0affffffff0f"), "not-protobuf", /length/],
  ["groups in groups", Buffer.alloc(200_000, 0x7b), "too-deep", /the limit of 100/],
  ["JSON", Buffer.from('{"task_id":"t","data":null}'), "not-protobuf", /look like JSON: do both/],
];

for (const [what, frame, code, reason] of refusals)
  test(`refuses ${what}`, () => {
    const decoded = protobufCodec.decode([frame]);
    assert.ok(!decoded.ok);
    assert.equal(decoded.code, code, decoded.reason);
    assert.match(decoded.reason, reason);
  });

test("refuses what is too deep, and nothing overflows", () => {
  const wrapped = (depth: number) => {
    let data: object = { null: 0 };
    for (let n = 0; n < depth; n++) data = { list: { values: [data] } };
    return data;
  };
  const ours = task(wrapped(99));
  assert.equal(protobufCodec.decode([ours]).ok, true);
  const decoded = protobufCodec.decode([task(wrapped(100))]);
  assert.ok(!decoded.ok);
  assert.equal(decoded.code, "too-deep");
  const wrap = (tag: string, inner: Buffer) =>
    Buffer.concat([hex(tag), varint(inner.length), inner]);
  let deeper = hex("0800");
  for (let n = 0; n < 5000; n++) deeper = wrap("32", wrap("0a", deeper));
  const far = protobufCodec.decode([wrap("0a", wrap("12", deeper))]);
  assert.ok(!far.ok);
  assert.equal(far.code, "too-deep");
});

/** A length as Protobuf writes it: seven bits a byte, the lowest first. */
function varint(length: number): Buffer {
  const bytes = [];
  for (; length > 127; length >>>= 7) bytes.push((length & 127) | 128);
  return Buffer.from([...bytes, length]);
}
