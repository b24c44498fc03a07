import assert from "node:assert/strict";
import { test } from "node:test";
import { resultCollectorAgent } from "../../../src/agents/result-collector";
import { taskGeneratorAgent } from "../../../src/agents/task-generator";
import { taskProcessorAgent } from "../../../src/agents/task-processor";
import {
  checkMyPipeline,
  solveMyPipeline,
  tryMyPipeline,
  type MyPipeline,
  type SharedOptions,
} from "../../../src/notebook/exercises/orchestration";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;
const six = { tasks: 6, workers: 3 };

/** The other agents of a pipeline, for answers that get one of them wrong. */
const workers = (shared: SharedOptions, ...workerIds: string[]) =>
  workerIds.map((workerId) => taskProcessorAgent({ ...shared, workerId, workMs: 10 }));
const collector = (shared: SharedOptions, told: object = six) =>
  resultCollectorAgent({ ...shared, ...told });
const generator = (shared: SharedOptions, told: object = six) =>
  taskGeneratorAgent({ ...shared, taskDelayMs: 1, ...told });

async function explain(myPipeline: MyPipeline): Promise<string> {
  const { passed, explanation } = await tryMyPipeline(myPipeline);
  assert.equal(passed, false);
  return explanation;
}

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkMyPipeline(solveMyPipeline);
  assert.match(written[0]!.data["text/markdown"]!, /✔.*Three workers did six tasks/);
});

test("the starting point is told what is missing", { timeout }, async () => {
  const myPipeline = startingPoint<MyPipeline>("06-orchestration", "myPipeline");
  assert.match(await explain(myPipeline), /no generator, so nobody makes tasks/);
});

test(
  "who awaits the generator before the workers start is told why all wait",
  { timeout },
  async () => {
    const explanation = await explain(async (shared) => {
      await generator(shared);
      await Promise.all(workers(shared, "1", "2", "3"));
      return collector(shared);
    });
    assert.match(explanation, /the generator is there and nobody else. It waits for its workers/);
  },
);

test(
  "who has the collector up and awaits the generator is told that nobody came",
  { timeout },
  async () => {
    const explanation = await explain(async (shared) => {
      const collecting = collector(shared);
      await generator(shared);
      await Promise.all(workers(shared, "1", "2", "3"));
      return collecting;
    });
    assert.match(explanation, /wait for workers, and none came/);
  },
);

test("who starts two workers is told for whom the generator waits", { timeout }, async () => {
  const explanation = await explain(async (shared) => {
    const [summary] = await Promise.all([
      collector(shared),
      generator(shared),
      ...workers(shared, "1", "2"),
    ]);
    return summary;
  });
  assert.match(
    explanation,
    /only Worker-1 and Worker-2 came, and the generator waits for one more/,
  );
});

test("who forgets to return the summary is told what came back", { timeout }, async () => {
  const explanation = await explain(async (shared) => {
    await Promise.all([collector(shared), generator(shared), ...workers(shared, "1", "2", "3")]);
  });
  assert.match(explanation, /all 6 results are in, but your function returned undefined/);
});

test("who forgets to await is told how far it was", { timeout }, async () => {
  const explanation = await explain((shared) => {
    void generator(shared);
    void workers(shared, "1", "2", "3");
    void collector(shared);
  });
  assert.match(explanation, /came back after 0 of 6 results, before the collector was done/);
});

test("wrong numbers and names are told apart", { timeout }, async () => {
  const all = async (agents: [Promise<unknown>, ...Promise<unknown>[]]) =>
    (await Promise.all(agents))[0];
  const three = ["1", "2", "3"];
  const namesakes: MyPipeline = (shared) =>
    all([collector(shared), generator(shared), ...workers(shared, "1", "1", "1")]);
  assert.match(await explain(namesakes), /more than one Worker-1/);
  const tenTasks: MyPipeline = (shared) =>
    all([collector(shared), generator(shared, { workers: 3 }), ...workers(shared, ...three)]);
  assert.match(await explain(tenTasks), /sent task number 7/);
  const twoWorkers: MyPipeline = (shared) =>
    all([collector(shared), generator(shared, { tasks: 6 }), ...workers(shared, ...three)]);
  assert.match(await explain(twoWorkers), /wait for 2 workers, not for three/);
  const greedy: MyPipeline = (shared) =>
    all([collector(shared, { workers: 3 }), generator(shared), ...workers(shared, ...three)]);
  assert.match(
    await explain(greedy),
    /the collector has 6 results and 3 WORKER_DONE, and waits for more/,
  );
});

test("what throws, or never starts anything, gets its reason", { timeout }, async () => {
  const thrown = await explain(() => {
    throw new RangeError("no idea");
  });
  assert.match(thrown, /your function threw: no idea/);
  assert.match(await explain(() => new Promise(() => {})), /no agent said anything/);
});
