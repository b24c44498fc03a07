import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pull } from "zeromq";
import { parseResultFrame } from "../../../src/messages/frame";
import {
  isWorkerDoneMessage,
  type ResultMessage,
  type WorkerDoneMessage,
} from "../../../src/messages/result-message";
import {
  checkCollect,
  solveCollect,
  tryCollect,
  type Collect,
} from "../../../src/notebook/exercises/result-collector";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkCollect(solveCollect);
  assert.match(written[0]!.data["text/markdown"]!, /✔.*All results came back/);
});

test(
  "the starting point counts messages, which serves only while all goes well",
  { timeout },
  async () => {
    const collect = startingPoint<Collect>("05-result-collector", "collect");
    const { passed, explanation } = await tryCollect(collect);
    assert.equal(passed, false);
    assert.match(
      explanation,
      /When it gets rough: it threw `SyntaxError.*after message 3 of 8 \(garbage\)/,
    );
  },
);

test("who counts a repeated result is told so", { timeout }, async () => {
  const verdict = await tryCollect(
    loop((results, done, tasks, workers) => results.length >= tasks && done >= workers),
  );
  assert.equal(verdict.passed, false);
  assert.match(verdict.explanation, /message 7 of 8.*3 of 4 results.*One that came twice is one/);
});

test("who counts garbage is told so", { timeout }, async () => {
  const verdict = await tryCollect((socket, tasks, workers) => {
    let messages = 0;
    return loop(() => ++messages >= tasks + workers)(socket, tasks, workers);
  });
  assert.equal(verdict.passed, false);
  assert.match(verdict.explanation, /message 6 of 8.*A frame of garbage is none/);
});

test("who stops at the last WORKER_DONE is told what was still to come", { timeout }, async () => {
  const verdict = await tryCollect(loop((_results, done, _tasks, workers) => done >= workers));
  assert.equal(verdict.passed, false);
  assert.match(verdict.explanation, /after message 5 of 8.*1 of 4 results and 2 of 2.*latecomer/);
});

test(
  "who stops at the last result is told that the workers are not done",
  { timeout },
  async () => {
    const verdict = await tryCollect(loop((results, _done, tasks) => results.length >= tasks));
    assert.match(verdict.explanation, /When all goes well: .*message 2 of 4.*0 of 2 WORKER_DONE/);
  },
);

test(
  "what never ends, throws at once, or returns nonsense gets its reason",
  { timeout },
  async () => {
    const explain = async (collect: unknown) => (await tryCollect(collect as Collect)).explanation;
    assert.match(await explain(() => new Promise(() => {})), /still waits/);
    assert.match(
      await explain(() => {
        throw new RangeError("no idea");
      }),
      /threw `RangeError: no idea` before it had received anything/,
    );
    assert.match(await explain(() => undefined), /it ended before it had received anything/);
    assert.match(await explain((results: Pull) => results.close()), /it closed the socket/);
    const array: unknown = async (...[results, tasks, workers]: Parameters<Collect>) => [
      ...(await solveCollect(results, tasks, workers)).values(),
    ];
    assert.match(await explain(array), /returned an array. Return a `Map`/);
  },
);

test("a WORKER_DONE kept among the results is found", { timeout }, async () => {
  const collect: Collect = async (results, tasks, workers) => {
    const collected = await solveCollect(results, tasks, workers);
    return collected.set("WORKER_DONE", {} as ResultMessage);
  };
  assert.match((await tryCollect(collect)).explanation, /the Map also holds WORKER_DONE/);
});

/** A collector that reads messages properly and ends by a rule of its own. */
function loop(
  isDone: (results: ResultMessage[], done: number, tasks: number, workers: number) => boolean,
): Collect {
  return async (socket, tasks, workers) => {
    const results: ResultMessage[] = [];
    let done = 0;
    do {
      const [frame] = await socket.receive();
      const parsed = parseResultFrame(frame!);
      if (!parsed.ok) continue;
      const message: ResultMessage | WorkerDoneMessage = parsed.message;
      if (isWorkerDoneMessage(message)) done++;
      else results.push(message);
    } while (!isDone(results, done, tasks, workers));
    return new Map(results.map((result) => [result.task_id, result]));
  };
}
