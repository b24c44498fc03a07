/** Every payload format goes through every agent: the pipeline and the pool, in one event loop and as processes. */
import assert from "node:assert/strict";
import { gzipSync, gunzipSync } from "node:zlib";
import { test } from "node:test";
import { codecNames } from "../../src/messages/codecs/named";
import { jsonCodec } from "../../src/messages/codecs/json";
import type { AgentEvent } from "../../src/agents/events";
import type { Codec } from "../../src/messages/codec";
import type { Payload } from "../../src/messages/payload";
import { runPipeline } from "../../src/orchestration/run-pipeline";
import { runPool } from "../../src/orchestration/run-pool";
import { runPoolProcesses } from "../../src/orchestration/run-pool-processes";
import { runProcesses } from "../../src/orchestration/run-processes";
import { anyPorts } from "./ports";

const options = { timeout: 240_000 };
const brokerAddr = "tcp://127.0.0.1:*";
const small = { tasks: 6, taskDelayMs: 0, workMs: [0, 0] };

/** A reader's own: JSON, compressed. */
const gzip: Codec = {
  name: "gzip",
  multipart: false,
  encode: (message) => jsonCodec.encode(message).map((frame) => gzipSync(frame)),
  decode: (frames) => jsonCodec.decode(frames.map((frame) => gunzipSync(frame))),
};

const createData = (n: number): Payload => ({ n, "ä😀": [null, true, -1.5, "", {}, []] });
const sorted = (results: { result_data: Payload }[]) =>
  results
    .map(({ result_data }) => result_data)
    .sort((a, b) => (a as { n: number }).n - (b as { n: number }).n);
const expected = Array.from({ length: 6 }, (_, index) => createData(index + 1));
const echo = (data: Payload) => data;

for (const codec of [...codecNames, gzip]) {
  const name = typeof codec === "string" ? codec : `${codec.name}, one of your own,`;

  test(`${name} goes through a pipeline`, options, async () => {
    const report = await runPipeline({ ...anyPorts, ...small, codec, createData, work: echo });
    assert.equal(report.outcome, "complete");
    assert.deepEqual(sorted(report.results), expected);
  });

  test(`${name} goes through a pool`, options, async () => {
    const report = await runPool({ ...small, brokerAddr, codec, createData, work: echo });
    assert.deepEqual([report.outcome, report.deadLetters], ["complete", []]);
    assert.deepEqual(sorted(report.results), expected);
  });
}

test("the format goes to processes by its name", { timeout: 480_000 }, async () => {
  const patient = { ...small, startTimeoutMs: 50_000 };
  const pipeline = await runProcesses({ ...anyPorts, ...patient, codec: "protobuf" });
  const pool = await runPoolProcesses({ ...patient, brokerAddr, codec: "multipart" });
  for (const { outcome, results } of [pipeline, pool])
    assert.deepEqual([outcome, results.length], ["complete", 6]);
});

test("what a process reports is what came over the wire", { timeout: 480_000 }, async () => {
  const workFile = require.resolve("./binary-work");
  const patient = { ...small, tasks: 1, workers: 1, startTimeoutMs: 50_000 };
  const pool = await runPoolProcesses({ ...patient, brokerAddr, codec: "protobuf", workFile });
  const [result] = pool.results;
  assert.deepEqual(result?.result_data, { bytes: new Uint8Array([1, 2]), numbers: [NaN, -0] });
});

test("work that throws comes back as what it is", options, async () => {
  for (const codec of codecNames) {
    const fails = { ...small, brokerAddr, codec, maxAttempts: 1, tasks: 1 };
    const work = () => {
      throw new RangeError("no ä");
    };
    const { deadLetters } = await runPool({ ...fails, work });
    assert.deepEqual(deadLetters[0]?.error, { name: "RangeError", message: "no ä" }, codec);
  }
});

test("a format that nobody knows is a clear error, as a process as well", options, async () => {
  const codec = "yaml" as "json";
  await assert.rejects(runPipeline({ ...anyPorts, codec }), /Cannot use codec as it must be json/);
  await assert.rejects(runProcesses({ ...anyPorts, codec }), /'yaml' is invalid.*json/);
  await assert.rejects(
    runProcesses({ ...anyPorts, codec: gzip }),
    /Cannot give codec to a process/,
  );
});

test("agents with two formats refuse each other's messages with a reason", options, async () => {
  const stop = new AbortController();
  const deaf: Codec = { ...gzip, decode: (frames) => jsonCodec.decode(frames) };
  const reasons: string[] = [];
  const onEvent = (event: AgentEvent) => {
    if (event.type !== "frame-rejected") return;
    reasons.push(`${event.code}: ${event.reason}`);
    stop.abort(); // who cannot read END does not end by itself
  };
  await runPipeline({ ...anyPorts, ...small, codec: deaf, onEvent, signal: stop.signal });
  assert.equal(reasons[0], "not-utf8: the bytes are not UTF-8 text");
});
