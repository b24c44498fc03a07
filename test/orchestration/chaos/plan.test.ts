import assert from "node:assert/strict";
import { test } from "node:test";
import { planChaos, type Temper } from "../../../src/orchestration/chaos/plan";

test("the same seed is the same plan, another seed another", () => {
  assert.deepEqual(planChaos({ seed: 7 }), planChaos({ seed: 7 }));
  assert.notDeepEqual(planChaos({ seed: 7 }).faults, planChaos({ seed: 8 }).faults);
});

test("10 000 tasks meet over a hundred faults, of every kind", () => {
  for (const seed of [1, 2, 3]) {
    const { faults, tasks } = planChaos({ seed });
    assert.ok(faults.length > 100, `${faults.length}`);
    assert.equal(new Set(faults.map(({ type }) => type)).size, 7);
    const count = (temper: Temper) => tasks.filter((task) => task.temper === temper).length;
    for (const temper of ["slow", "fails-twice", "fails-always", "hangs-once", "poison"] as const)
      assert.ok(count(temper) >= 5, `${temper} ${count(temper)}`);
  }
});

test("a small plan has a task of each temper as well", () => {
  const tempers = new Set(planChaos({ tasks: 300, seed: 1 }).tasks.map(({ temper }) => temper));
  assert.equal(tempers.size, 6);
});

test("a short run has poison enough for workers that hold several tasks", () => {
  const poison = (count: number, seed: number) =>
    planChaos({ tasks: count, seed }).tasks.filter(({ temper }) => temper === "poison").length;
  for (const seed of [1, 2, 3])
    assert.deepEqual(
      [100, 299, 300, 1000, 10_000].map((count) => poison(count, seed)),
      [1, 2, 3, 3, 10],
    );
});

test("tasks are counted from 1, faults come in order and within the run", () => {
  const { tasks, faults } = planChaos({ tasks: 1000, faultEvery: 10, workers: 3 });
  assert.deepEqual([tasks[0]!.n, tasks.at(-1)!.n, tasks.length], [1, 1000, 1000]);
  assert.deepEqual(
    faults.map(({ after }) => after),
    Array.from({ length: 99 }, (_, index) => 10 * (index + 1)),
  );
  assert.ok(faults.every(({ worker }) => worker >= 1 && worker <= 3));
});

test("a size that makes no sense names the option", () => {
  assert.throws(() => planChaos({ seed: -1 }), /seed/);
  assert.throws(() => planChaos({ workers: 1 }), /workers/);
  assert.throws(() => planChaos({ tasks: 5 }), /tasks/);
  assert.throws(() => planChaos({ faultEvery: 0 }), /faultEvery/);
});
