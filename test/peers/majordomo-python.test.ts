/** The Python peers of Majordomo among themselves, and what exactly they put on the wire. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createTaskMessage } from "../../src/messages/task-message";
import type { ResultMessage } from "../../src/messages/result-message";
import { freePort } from "../free-port";
import { BareBroker } from "./majordomo/bare-broker";
import {
  answersOf,
  startPeer,
  type PeerOptions,
  type PythonPeer,
  type PythonProgram,
} from "./majordomo/python-peer";

const TASKS = 10;
const limit = { timeout: 240_000 };
const signals = {
  ...limit,
  skip: process.platform === "win32" && "Windows ends a process without a signal",
};

test("majortomo's client, broker and worker: every task has its result", limit, async (t) => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const broker = startPeer(t, "majortomo_broker", { bind: address, heartbeatMs: 100 });
  await broker.says(/listening/);
  startPeer(t, "majortomo_worker", { broker: address, service: "echo", heartbeatMs: 100 });
  const client = startPeer(t, "majortomo_client", {
    broker: address,
    service: "echo",
    tasks: TASKS,
  });
  everyTaskHasItsResult(await answersOf(client));
});

test("majortomo's broker does not know mmi.service", limit, async (t) => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const broker = startPeer(t, "majortomo_broker", { bind: address, heartbeatMs: 100 });
  await broker.says(/listening/);
  const options = { broker: address, service: "echo", mmi: true, timeoutMs: 500 };
  const { code, stdout, stderr } = await startPeer(t, "majortomo_client", options).ended;
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /^no answer from mmi\.service within 500 ms/);
});

/** How a worker writes, whoever wrote the worker. */
interface WorkerWords {
  program: PythonProgram;
  header: string;
  final: string;
  heartbeat: string;
  disconnect: string;
}

const workers: WorkerWords[] = [
  {
    program: "mdp01_worker",
    header: "MDPW01",
    final: "\x03",
    heartbeat: "\x04",
    disconnect: "\x05",
  },
  {
    program: "majortomo_worker",
    header: "MDPW02",
    final: "\x04",
    heartbeat: "\x05",
    disconnect: "\x06",
  },
];

for (const words of workers) {
  const { program, header, final, heartbeat, disconnect } = words;
  const ready = ["", header, "\x01", "echo"];
  const beat = ["", header, heartbeat];

  test(`${program}: READY, HEARTBEAT when idle, REQUEST and reply`, limit, async (t) => {
    const [broker] = await withBareBroker(t, program, { heartbeatMs: 50, liveness: 1000 });
    const { from, frames } = await broker.next();
    assert.deepEqual(frames, ready);
    assert.deepEqual(await broker.next(), { from, frames: beat });

    const task = createTaskMessage("Task_1_payload");
    await broker.send(from, "", header, "\x02", "a client", "", JSON.stringify(task));
    const reply = await broker.nextBut(beat);
    assert.deepEqual(reply.from, from);
    assert.deepEqual(reply.frames.slice(0, -1), ["", header, final, "a client", ""]);
    const { timestamp, ...result } = JSON.parse(reply.frames.at(-1)!) as ResultMessage;
    assert.equal(typeof timestamp, "number");
    assert.deepEqual(result, {
      task_id: task.task_id,
      result_data: "Result_for_(Task_1_payload)_by_Worker-py",
      worker_id: "py",
    });
  });

  test(`${program}: told to leave, it joins again on a new socket`, limit, async (t) => {
    const [broker] = await withBareBroker(t, program, {});
    const { from } = await broker.next();
    await broker.send(from, "", header, disconnect);
    const again = await broker.next();
    assert.deepEqual(again.frames, ready);
    assert.notDeepEqual(again.from, from);
  });

  test(`${program}: from a silent broker it turns to a new socket`, limit, async (t) => {
    const [broker] = await withBareBroker(t, program, { heartbeatMs: 50, liveness: 3 });
    const { from } = await broker.next();
    const again = await broker.nextBut(beat);
    assert.deepEqual(again.frames, ready);
    assert.notDeepEqual(again.from, from);
  });

  test(
    `${program}: on SIGTERM it says DISCONNECT, also in the middle of a task`,
    signals,
    async (t) => {
      const [broker, worker] = await withBareBroker(t, program, { workMs: 60_000 });
      const { from } = await broker.next();
      const task = createTaskMessage("Task_1_payload");
      await broker.send(from, "", header, "\x02", "a client", "", JSON.stringify(task));
      await worker.says(/works on/);
      worker.kill("SIGTERM");
      assert.deepEqual(await broker.next(), { from, frames: ["", header, disconnect] });
      const { code, stderr } = await worker.ended;
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    },
  );
}

test("majortomo_worker: partial replies before the final one", limit, async (t) => {
  const [broker] = await withBareBroker(t, "majortomo_worker", { partials: 2 });
  const { from } = await broker.next();
  const task = JSON.stringify(createTaskMessage("Task_1_payload"));
  await broker.send(from, "", "MDPW02", "\x02", "a client", "", task);
  for (const code of ["\x03", "\x03", "\x04"]) {
    const { frames } = await broker.next();
    assert.deepEqual(frames.slice(0, -1), ["", "MDPW02", code, "a client", ""]);
  }
});

test("mdp01_client: REQUEST, and the reply printed", limit, async (t) => {
  const [broker, client] = await withBareBroker(t, "mdp01_client", { tasks: 1 });
  const { from, frames } = await broker.next();
  assert.deepEqual(frames.slice(0, -1), ["", "MDPC01", "echo"]);
  assert.equal(taskIn(frames).data, "Task_1_payload");
  await broker.send(from, "", "MDPC01", "echo", `{"answer":1}`);
  assert.deepEqual(await answersOf(client), [{ answer: 1 }]);
});

test("mdp01_client: unanswered, it asks the same again on a new socket", limit, async (t) => {
  const [broker, client] = await withBareBroker(t, "mdp01_client", { tasks: 1, timeoutMs: 5000 });
  const first = await broker.next();
  const second = await broker.next();
  assert.deepEqual(second.frames, first.frames);
  assert.notDeepEqual(second.from, first.from);
  await broker.send(second.from, "", "MDPC01", "echo", `{"answer":2}`);
  const { code, stdout, stderr } = await client.ended;
  assert.deepEqual({ code, stdout: stdout.trim() }, { code: 0, stdout: `{"answer":2}` });
  assert.equal(stderr.trim(), "no answer to attempt 1 of 3");
});

test("mdp01_client: after the last attempt it gives up", limit, async (t) => {
  const [, client] = await withBareBroker(t, "mdp01_client", { timeoutMs: 50, attempts: 3 });
  const { code, stdout, stderr } = await client.ended;
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /attempt 3 of 3\s+tcp:\S+ does not answer/);
});

test("majortomo_client: REQUEST, PARTIAL and FINAL in its dialect", limit, async (t) => {
  const [broker, client] = await withBareBroker(t, "majortomo_client", { tasks: 1 });
  const { from, frames } = await broker.next();
  assert.deepEqual(frames.slice(0, -1), ["", "MDPC02", "\x02", "echo"]);
  assert.equal(taskIn(frames).data, "Task_1_payload");
  await broker.send(from, "", "MDPC02", "\x03", `{"part":1}`);
  await broker.send(from, "", "MDPC02", "\x04", `{"answer":1}`);
  assert.deepEqual(await answersOf(client), [{ part: 1 }, { answer: 1 }]);
});

for (const [program, request, final] of [
  ["mdp01_client", ["MDPC01", "mmi.service"], ["MDPC01", "mmi.service"]],
  ["majortomo_client", ["MDPC02", "\x02", "mmi.service"], ["MDPC02", "\x04"]],
] as const)
  test(`${program}: asks mmi.service`, limit, async (t) => {
    const [broker, client] = await withBareBroker(t, program, { mmi: true });
    const { from, frames } = await broker.next();
    assert.deepEqual(frames, ["", ...request, "echo"]);
    await broker.send(from, "", ...final, "404");
    assert.deepEqual(await answersOf(client), [404]);
  });

/** A peer and the bare broker that it finds. */
async function withBareBroker(
  t: TestContext,
  program: PythonProgram,
  options: PeerOptions,
): Promise<[BareBroker, PythonPeer]> {
  const broker = await BareBroker.bind(t);
  return [broker, startPeer(t, program, { broker: broker.address, service: "echo", ...options })];
}

function taskIn(frames: string[]): { task_id: string; data: string } {
  return JSON.parse(frames.at(-1)!) as { task_id: string; data: string };
}

function everyTaskHasItsResult(answers: unknown[]): void {
  const results = answers as ResultMessage[];
  const expected = Array.from(
    { length: TASKS },
    (_, n) => `Result_for_(Task_${n + 1}_payload)_by_Worker-py`,
  );
  assert.deepEqual(
    results.map((result) => result.result_data),
    expected,
  );
  assert.equal(new Set(results.map((result) => result.task_id)).size, TASKS);
}
