import assert from "node:assert/strict";
import { test } from "node:test";
import { planCloneChaos } from "../../../src/orchestration/clone-chaos/plan";

test("the same seed gives the same plan, another one another", () => {
  assert.deepEqual(planCloneChaos({ seed: 3 }), planCloneChaos({ seed: 3 }));
  assert.notDeepEqual(planCloneChaos({ seed: 3 }), planCloneChaos({ seed: 4 }));
});

test("a writer that knows seed, updates and writers knows what it is to write", () => {
  const size = { seed: 3, updates: 500, writers: 2 };
  const others = { subscribers: 1, crashes: 0, restarts: 1, freezes: 2 };
  assert.deepEqual(planCloneChaos(size).writers, planCloneChaos({ ...size, ...others }).writers);
});

test("the run of the issue: 10,000 updates by 3 writers, 20 crashes, 3 restarts", () => {
  const { writers, subtrees, faults } = planCloneChaos();
  assert.equal(writers.flat().length, 10_000);
  assert.deepEqual([writers.length, subtrees.length], [3, 6]);
  const count = (fits: (fault: { type: string; whom: string }) => boolean) => faults.filter(fits).length; // prettier-ignore
  assert.equal(
    count(({ type, whom }) => type === "restart" && whom.startsWith("sub")),
    20,
  );
  assert.equal(
    count(({ type, whom }) => type === "restart" && whom === "server"),
    3,
  );
  assert.equal(
    count(({ type }) => type === "freeze"),
    10,
  );
  assert.ok(
    faults.every(({ after }) => after > 0 && after < 10_000),
    "while there is work",
  );
});

test("keys of one writer, keys of all, deletions, and entries that go by themselves", () => {
  const { writers } = planCloneChaos();
  for (const changes of writers) {
    assert.ok(changes.some(({ value }) => !value));
    assert.ok(changes.some(({ ttlMs }) => ttlMs !== undefined));
  }
  const common = writers.map((changes) => new Set(changes.map(({ key }) => key)));
  assert.ok([...common[0]!].some((key) => common[1]!.has(key) && key.startsWith("/common/")));
  assert.ok(![...common[0]!].some((key) => common[1]!.has(key) && key.startsWith("/own/")));
});

test("wrong sizes are named", () => {
  assert.throws(() => planCloneChaos({ updates: 99 }), /updates/);
  assert.throws(() => planCloneChaos({ writers: 0 }), /writers/);
  assert.throws(() => planCloneChaos({ crashes: -1 }), /crashes/);
});
