import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "zeromq";
import { runPool } from "../../src/orchestration/run-pool";
import { freePort } from "../free-port";

const brokerAddr = "tcp://127.0.0.1:*";

test("ten tasks, two workers, one event loop: all come back", { timeout: 240_000 }, async () => {
  const report = await runPool({ brokerAddr, workMs: [5, 5] });
  assert.equal(report.outcome, "complete");
  assert.equal(report.results.length, 10);
  assert.deepEqual(report.deadLetters, []);
  assert.equal(report.broker?.answered, 10);
  assert.equal(report.broker.unanswered, 0);
  assert.deepEqual(
    report.workers.map(({ workerId, outcome }) => ({ workerId, outcome })),
    ["1", "2"].map((workerId) => ({ workerId, outcome: "stopped" })),
  );
  const done = report.workers.reduce((sum, { tasksDone }) => sum + tasksDone, 0);
  assert.equal(done, 10);
  const data = report.results.map(({ result_data }) => /Task_\d+/.exec(result_data as string)?.[0]);
  assert.equal(new Set(data).size, 10);
  const first = report.events.find(({ type }) => type === "task-started");
  assert.equal(first?.agent, "Worker-1"); // launched in turn, so that it always is
});

test("one's own work and data, several tasks held at once", { timeout: 240_000 }, async () => {
  const atWork = { now: 0, most: 0 };
  const report = await runPool({
    brokerAddr,
    tasks: 200,
    workers: 1,
    prefetch: 4,
    createData: (n) => n,
    work: async (data) => {
      atWork.most = Math.max(atWork.most, ++atWork.now);
      await Promise.resolve();
      atWork.now--;
      return (data as number) * 2;
    },
  });
  assert.equal(report.broker?.workersJoined, 4); // a registration for each seat
  assert.equal(atWork.most, 1);
  assert.deepEqual(
    report.results.map(({ result_data }) => result_data as number).toSorted((a, b) => a - b),
    Array.from({ length: 200 }, (_, index) => 2 * (index + 1)),
  );
});

test("work that throws ends as a dead letter with its history", { timeout: 240_000 }, async () => {
  const report = await runPool({
    brokerAddr,
    tasks: 3,
    backoffMs: 1,
    createData: (n) => n,
    work: (data) => {
      if (data === 2) throw new RangeError("two is too much");
      return data;
    },
  });
  assert.equal(report.outcome, "complete");
  assert.equal(report.results.length, 2);
  const [letter] = report.deadLetters;
  assert.equal(letter?.task.data, 2);
  assert.deepEqual(letter.error, { name: "RangeError", message: "two is too much" });
  assert.equal(letter.attempts.length, 3);
  assert.ok(
    letter.attempts.every(({ reason, started }) => started && /two is too much/.test(reason)),
  );
});

test("an empty job is complete at once", { timeout: 240_000 }, async () => {
  const report = await runPool({ brokerAddr, tasks: 0 });
  assert.equal(report.outcome, "complete");
  assert.deepEqual(report.results, []);
});

test("a taken port: one clear error, nobody is left", { timeout: 240_000 }, async (t) => {
  const squatter = new Router();
  t.after(() => squatter.close());
  const address = `tcp://127.0.0.1:${await freePort()}`;
  await squatter.bind(address);
  await assert.rejects(
    runPool({ brokerAddr: address }),
    /Cannot bind brokerAddr .* the port is taken/,
  );
});

test("refuses a wrong option before anybody is launched", { timeout: 240_000 }, async () => {
  await assert.rejects(runPool({ workers: 0 }), /workers/);
  await assert.rejects(runPool({ prefetch: 0.5 }), /prefetch/);
});

test(
  "stopped in the middle: everybody ends, and the report says how far",
  { timeout: 240_000 },
  async () => {
    const stop = new AbortController();
    const report = await runPool({
      brokerAddr,
      tasks: 1000,
      workMs: [5, 5],
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "result-received") stop.abort();
      },
    });
    assert.equal(report.outcome, "stopped");
    assert.ok(report.results.length >= 1 && report.results.length < 1000);
    assert.equal(report.client?.unanswered, report.client!.tasksSent - report.results.length);
    assert.deepEqual(
      report.workers.map(({ outcome }) => outcome),
      ["stopped", "stopped"],
    );
  },
);

test(
  "prefetch and tasks longer than a heartbeat: nothing is lost, little is handed out twice",
  { timeout: 240_000 },
  async () => {
    const report = await runPool({
      brokerAddr,
      tasks: 40,
      prefetch: 12,
      heartbeatMs: 100,
      liveness: 100,
      workMs: [150, 150],
    });
    assert.deepEqual(report.deadLetters, []);
    assert.equal(report.results.length, 40);
    const handedBack = report.events.filter(({ type }) => type === "handed-back");
    assert.ok(handedBack.length <= 3 * 24, `${handedBack.length} handed back by 24 seats`);
  },
);
