/** What chapter 12 claims: what formats cost and carry, and what they refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { HANG_UP_FACTOR } from "../../../src/agents/options";
import { taskProcessorAgent } from "../../../src/agents/task-processor";
import { validated } from "../../../src/agents/validated";
import { codecOf, type CodecName } from "../../../src/messages/codecs/named";
import { parseTaskFrame } from "../../../src/messages/frame";
import type { Payload } from "../../../src/messages/payload";
import { changeAfterSend } from "../../../src/notebook/experiments/buffer-reuse";
import { damageEverywhere, deepTask } from "../../../src/notebook/experiments/damaged-frames";
import { sendAcross } from "../../../src/notebook/experiments/field-numbers";
import { runWithForeignWorker } from "../../../src/notebook/experiments/foreign-worker";
import { formatShares } from "../../../src/notebook/experiments/format-share";
import { sendLargeFrames } from "../../../src/notebook/experiments/large-frame";
import { sendOneTask } from "../../../src/notebook/experiments/one-task";
import { realPayloads } from "../../../src/notebook/experiments/payload-cost";
import { sendPicture } from "../../../src/notebook/experiments/picture-formats";
import { surroundByHand } from "../../../src/notebook/lab/by-hand";
import { lab } from "../../../src/notebook/lab/lab";
import { anyPorts } from "../../orchestration/ports";

const options = { timeout: 240_000 };

const task = {
  task_id: "2f1b7a52-6c1d-4e4b-9a63-0d5d1c9f7e01",
  data: { city: "Köln", celsius: 21.5 },
  timestamp: 1767225600.25,
};

function bytesOf(codec: CodecName, data: Payload): number {
  const frames = codecOf(codec).encode({ ...task, data });
  return frames.reduce((sum, { length }) => sum + length, 0);
}

test("a small task shrinks by a third, a document by nothing, numbers by half", options, () => {
  const sizes = Object.values(realPayloads()).map((data) =>
    (["json", "msgpack", "protobuf"] as const).map((codec) => bytesOf(codec, data)),
  );
  const [small, document, numbers] = sizes as [number[], number[], number[]];
  assert.equal(Math.round((small[2]! / small[0]!) * 3), 2);
  assert.ok(document[2]! > document[0]! && document[1]! > 0.9 * document[0]!);
  assert.ok(numbers[1]! < numbers[0]! / 2 && numbers[2]! < numbers[1]!);
});

test(
  "base64 takes a third more than the picture, the other ways a few bytes",
  options,
  async () => {
    const picture = Buffer.from(Array.from({ length: 30_000 }, (_, n) => (n * n) % 251));
    const journeys = await sendPicture(picture);
    assert.deepEqual(
      journeys.map((journey) => journey["at the worker"]),
      Array(4).fill("the same bytes"),
    );
    assert.deepEqual(
      journeys.map(({ frames }) => frames),
      [1, 2, 1, 1],
    );
    const [base64, ...others] = journeys.map(({ bytes }) => bytes - picture.length);
    assert.ok(base64! >= 10_000);
    assert.ok(others.every((more) => more > 0 && more < 300));
  },
);

test(
  "a large buffer that is used again arrives changed, a small one does not",
  options,
  async () => {
    const send = (size: number) =>
      lab("reuse", ({ use }) => changeAfterSend(Buffer.alloc(size, "old"), use));
    assert.equal(String(await send(100)).slice(0, 3), "old");
    assert.equal(String(await send(1000)).slice(0, 3), "new");
  },
);

test("a worker with another format refuses its half and its END", options, async () => {
  const { outcome, results, events } = await runWithForeignWorker("msgpack", anyPorts);
  assert.deepEqual([outcome, results.length], ["stopped", 5]);
  const refusals = events.filter(({ type }) => type === "frame-rejected");
  assert.ok(refusals.every(({ agent }) => agent === "Worker-2"));
  assert.ok(refusals.length >= 6);
  assert.match(JSON.stringify(refusals[0]), /look like JSON: do both sides use the same codec/);
});

test("no cut gets through; the denser a format, the fewer turned bits it notices", options, () => {
  const rows = damageEverywhere(task);
  const sizes = rows.map(({ format }) => bytesOf(format, task.data));
  assert.deepEqual(
    rows.map((row) => row["cut short: refused"]),
    sizes.map((size) => `${size} of ${size}`),
  );
  const [json, ...binary] = rows.map((row, n) => row["read as another message"] / (8 * sizes[n]!));
  assert.ok(json! > 0.35 && json! < 0.45, `${json}`);
  assert.ok(binary.every((share) => share > json!));
});

test(
  "100 MB cost nothing where libzmq hangs up, and a lot elsewhere",
  { timeout: 480_000 },
  async () => {
    const rows = await sendLargeFrames();
    assert.deepEqual(
      rows.map((row) => row["what the collector does"].replace(/:.*/, "")),
      ["takes it", "refuses it", "libzmq hangs up on the stranger", "refuses it"],
    );
    const took = rows.map((row) => row["memory it took, in MB"]);
    assert.ok(took[2]! < 50 && [0, 1, 3].every((n) => took[n]! > 50), `they took ${String(took)}`);
  },
);

test("a worker that hangs up on its generator does not come back", options, async () => {
  await lab("a large task", async ({ use, signal }) => {
    const { tasks, begin, start, ...around } = await surroundByHand(use, anyPorts);
    start.receiveTimeout = options.timeout;
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = around;
    const addresses = { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr };
    const limits = { maxFrameBytes: 1000, peerTimeoutMs: 500 };
    const worker = taskProcessorAgent({ ...addresses, ...limits, signal });
    await begin(1);
    await tasks.send(Buffer.alloc(HANG_UP_FACTOR * limits.maxFrameBytes + 1));
    assert.equal((await worker).outcome, "generator-lost");
  });
});

test("JSON.parse takes what overflows the stack of whoever walks through it", options, () => {
  const value: unknown = JSON.parse(String(deepTask(100_000)));
  assert.throws(() => JSON.stringify(value), RangeError);
  const parsed = parseTaskFrame(deepTask(100_000));
  assert.equal(!parsed.ok && parsed.code, "too-deep");
});

const v1 = z.object({ city: z.string(), celsius: z.number() });
const v2 = v1.extend({ humidity: z.number().nullable().default(null) });
const ask = (schema: typeof v1 | typeof v2, data: Payload) =>
  sendOneTask(data, { work: validated(schema, (seen) => seen) });

test(
  "old and new work together; a renamed field fails, a new meaning does not",
  options,
  async () => {
    const reading = { city: "Köln", celsius: 21.5 };
    assert.deepEqual(await ask(v1, { ...reading, humidity: 0.4 }), reading);
    assert.deepEqual(await ask(v2, reading), { ...reading, humidity: null });
    const renamed = JSON.stringify(await ask(v1, { city: "Köln", temperature: 21.5 }));
    assert.match(renamed, /ValidationError.*data\.celsius.*received undefined/);
    const fahrenheit = { city: "Köln", celsius: 70.7, unit: "°F" };
    assert.deepEqual(await ask(v1, fahrenheit), { city: "Köln", celsius: 70.7 });
  },
);

test("Protobuf reads a number, whatever it is called now", options, () => {
  const old = "message Reading { string city = 1; double celsius = 2; }";
  const read = (schema: string) => sendAcross(old, schema, { city: "Köln", celsius: 21.5 });
  const reused = read("message Reading { string city = 1; double humidity = 2; }");
  assert.deepEqual(reused, { city: "Köln", humidity: 21.5 });
  const reserved = "message Reading { reserved 2; string city = 1; double humidity = 3; }";
  assert.deepEqual(read(reserved), { city: "Köln" });
  assert.throws(() => read(reserved.replace("= 3", "= 2")), /id 2 is reserved/);
});

test("the format's share of a pipeline's time is a share", options, async () => {
  const shares = Object.values(await formatShares("json", anyPorts));
  assert.equal(shares.length, 3);
  assert.ok(shares.every((share) => share > 0 && share <= 100));
});
