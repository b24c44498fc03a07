import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pull } from "zeromq";
import {
  checkHandMadeWorker,
  solveHandMadeWorker,
  tryHandMadeWorker,
  type HandMadeWorker,
} from "../../../src/notebook/exercises/task-generator";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

interface AnyTask {
  task_id: string;
  data: unknown;
}

const read = (frame: Buffer | undefined) => JSON.parse(String(frame)) as AnyTask;

async function neverCloses(tasks: Pull): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const [frame] of tasks) {
    if (read(frame).task_id === "END_OF_TASKS") break;
    data.push(read(frame).data);
  }
  return data;
}

async function takesEndAsTask(tasks: Pull): Promise<unknown[]> {
  const data: unknown[] = [];
  for (let n = 0; n < 4; n++) data.push(read((await tasks.receive())[0]).data);
  tasks.close();
  return data;
}

async function goesOnForEver(tasks: Pull): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const [frame] of tasks) data.push(read(frame).data);
  return data;
}

test("the solution passes, and the check says so", { timeout: 240_000 }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkHandMadeWorker(solveHandMadeWorker);
  assert.match(written[0]?.data["text/markdown"] ?? "", /✔.*each took its three and its END/);
});

const wrong: [name: string, worker: HandMadeWorker, words: RegExp][] = [
  ["never hangs up", neverCloses, /Worker 1 .*did not hang up: its socket is still open/],
  ["takes END as a task", takesEndAsTask, /Worker 1 took END as a task: .*`null`/],
  ["goes on after END", goesOnForEver, /Worker 1 has not returned after 2 s.*after END/],
  ["throws", () => Promise.reject(new Error("no idea")), /Worker 1 threw .*no idea/],
  ["returns nonsense", () => Promise.resolve(7), /Worker 1 returned `7`: an array/],
  ["never returns", () => new Promise(() => {}), /has not returned/],
];

for (const [name, worker, words] of wrong) {
  test(`a worker that ${name} is told so`, { timeout: 240_000 }, async () => {
    const { passed, explanation } = await tryHandMadeWorker(worker);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}

test("the starting point stops at its first task", { timeout: 240_000 }, async () => {
  const worker = startingPoint<HandMadeWorker>("03-task-generator", "handMadeWorker");
  const { passed, explanation } = await tryHandMadeWorker(worker);
  assert.equal(passed, false);
  assert.match(explanation, /Worker 1 returned after 1 of its 3 tasks/);
});
