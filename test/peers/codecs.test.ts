/** Python programs speak each payload format with our agents: any one of the three agents may be the other's. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test, type TestContext } from "node:test";
import { parse, type Root } from "protobufjs";
import * as descriptor from "protobufjs/ext/descriptor";
import { resultCollectorAgent } from "../../src/agents/result-collector";
import { taskGeneratorAgent } from "../../src/agents/task-generator";
import { taskProcessorAgent } from "../../src/agents/task-processor";
import { PROTOBUF_SCHEMA } from "../../src/messages/codecs/protobuf";
import type { Payload } from "../../src/messages/payload";
import { findVenvPython } from "../notebooks/venv-python";
import { freeAddresses } from "../orchestration/ports";
import { toFlags } from "./programs";

const TASKS = 10;
const options = { timeout: 480_000 };

let folder: string;
let schema: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "schema-"));
  schema = path.join(folder, "pipeline.pb");
  const { root } = parse(await readFile(PROTOBUF_SCHEMA, "utf8"), { keepCase: true });
  await writeFile(schema, compiled(root));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What `protoc --descriptor_set_out` would write. */
function compiled(root: Root): Uint8Array {
  root.resolveAll();
  const described = (root as Root & { toDescriptor(edition: string): object }).toDescriptor(
    "proto3",
  );
  return descriptor.FileDescriptorSet.encode(described).finish();
}

/** Runs a program of the folder `codecs`; it must end by itself and without a word of complaint. */
async function python(t: TestContext, agent: string, flags: Record<string, string | number>) {
  const file = path.join(__dirname, "codecs", `${agent}.py`);
  const withSchema = { ...flags, schema };
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(findVenvPython(), [file, ...toFlags(withSchema)], {
    stdio: "pipe",
    env: environment,
  });
  t.after(() => child.kill("SIGKILL"));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  assert.deepEqual({ agent, code, stderr }, { agent, code: 0, stderr: "" });
  return stdout;
}

const dataOf = (n: number) => ({
  numbers: [n, 0.5, -(2 ** 40)],
  text: `Task ${n}: ä 😀`,
  bytes: new Uint8Array([0, 255, n]),
  nested: { list: [null, true, [], {}, ["x"]], "": -1.5e300 },
});

/** What whoever has read the data answers. */
const answerTo = (n: number) => ({
  echo: dataOf(n),
  sum: n + 0.5 - 2 ** 40,
  characters: [...dataOf(n).text].length,
  turned: new Uint8Array([n, 255, 0]),
});
const all = Array.from({ length: TASKS }, (_, index) => index + 1);

for (const codec of ["msgpack", "protobuf", "multipart"] as const) {
  test(
    `${codec}: two Python workers between our generator and our collector`,
    options,
    async (t) => {
      const addresses = await freeAddresses();
      const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = addresses;
      const shared = { tasks: TASKS, workers: 2, codec };
      const createData = dataOf;
      const [collected, generated] = await Promise.all([
        resultCollectorAgent({ ...shared, resultCollectorAddr }),
        taskGeneratorAgent({
          ...{ ...shared, taskVentilatorAddr, controlSyncAddr },
          ...{ createData, taskDelayMs: 0 },
        }),
        ...["1", "2"].map((workerId) =>
          python(t, "task_processor", { codec, workerId, ...addresses }),
        ),
      ]);
      assert.deepEqual([generated.outcome, collected.outcome], ["complete", "complete"]);
      assert.equal(collected.framesRejected, 0);
      const answers = collected.results.map(({ result_data }) => result_data as never);
      assert.deepEqual(inOrder(answers), all.map(answerTo));
    },
  );

  test(`${codec}: our worker between a Python generator and collector`, options, async (t) => {
    const addresses = await freeAddresses();
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = addresses;
    const flags = { codec, tasks: TASKS, workers: 1 };
    const [printed, summary] = await Promise.all([
      python(t, "result_collector", { ...flags, resultCollectorAddr }),
      taskProcessorAgent({ ...addresses, codec, work: answer }),
      python(t, "task_generator", { ...flags, taskVentilatorAddr, controlSyncAddr }),
    ]);
    const counts = [
      summary.outcome,
      summary.tasksDone,
      summary.tasksFailed,
      summary.framesRejected,
    ];
    assert.deepEqual(counts, ["complete", TASKS, 0, 0]);
    const lines = printed.trim().split(/\r?\n/);
    const messages = lines.map((line) => JSON.parse(line) as { result_data: Echo });
    assert.deepEqual(messages.pop(), { task_id: "WORKER_DONE", worker_id: "1" });
    const answers = messages.map(({ result_data }) => result_data);
    assert.deepEqual(inOrder(answers), all.map(answerTo).map(withHex));
  });
}

interface Echo {
  echo: { numbers: number[] };
}

function inOrder<Answer extends Echo>(answers: Answer[]): Answer[] {
  return answers.toSorted((a, b) => a.echo.numbers[0]! - b.echo.numbers[0]!);
}

/** The work of the Python processor, done here. */
function answer(data: Payload): Payload {
  const { numbers, text, bytes } = data as ReturnType<typeof dataOf>;
  return {
    echo: data,
    sum: numbers.reduce((sum, number) => sum + number, 0),
    characters: [...text].length,
    turned: bytes.toReversed(),
  };
}

/** Bytes as the Python collector prints them. */
function withHex(value: unknown): unknown {
  const replace = (_: string, part: unknown) =>
    part instanceof Uint8Array ? { hex: Buffer.from(part).toString("hex") } : part;
  return JSON.parse(JSON.stringify(value, replace));
}
