/** What chapter 8 claims: whatever fails, every task ends once, and where its error comes out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, Router } from "zeromq";
import { majordomoBrokerAgent } from "../../../src/agents/majordomo/broker";
import { majordomoClientAgent } from "../../../src/agents/majordomo/client";
import { killDuringTask } from "../../../src/notebook/experiments/kill-worker";
import {
  failsAtFirst,
  hangsOn,
  postsLetters,
} from "../../../src/notebook/experiments/unreliable-work";
import { begunTwice } from "../../../src/notebook/pictures/recording";
import { runPool } from "../../../src/orchestration/run-pool";
import { runPoolProcesses } from "../../../src/orchestration/run-pool-processes";

const brokerAddr = "tcp://127.0.0.1:*";
const timeout = 240_000;
/** A pool whose workers are not taken for dead when the machine has other things to do. */
const patient = { brokerAddr, liveness: 100 };

test("a failure is tried again, with longer and longer pauses", { timeout }, async () => {
  const work = failsAtFirst({ Task_2_payload: 2, Task_3_payload: Infinity });
  const { outcome, results, deadLetters } = await runPool({ tasks: 4, work, brokerAddr });
  assert.equal(outcome, "complete");
  assert.equal(results.length, 3);
  assert.deepEqual(
    deadLetters.map(({ task }) => task.data),
    ["Task_3_payload"],
  );
  const [first, second, third] = deadLetters[0]!.attempts.map(({ at }) => at);
  assert.ok(second! - first! >= 100, "the first pause");
  assert.ok(third! - second! >= 200, "the second is longer");
});

test("who hangs is given up by the clock, and keeps nobody", { timeout }, async () => {
  const work = hangsOn("Task_2_payload");
  const report = await runPool({ tasks: 6, work, requestTimeoutMs: 500, ...patient });
  assert.equal(report.results.length, 5);
  const [letter] = report.deadLetters;
  assert.equal(letter?.error.name, "DeadLetter");
  assert.deepEqual(
    letter.attempts.map(({ reason }) => reason),
    Array(3).fill("it took over 500 ms"),
  );
});

test("100 tasks, a worker killed in its sixth: 100 results", { timeout }, async () => {
  const job = { tasks: 100, taskDelayMs: 0, workMs: [20, 20], ...patient };
  const { results, events, client } = await runPoolProcesses({
    ...job,
    startTimeoutMs: 200_000,
    onEvent: killDuringTask(6),
  });
  assert.equal(new Set(results.map((result) => result.task_id)).size, 100);
  assert.equal(results.length, 100);
  assert.ok(begunTwice(events).length <= 1, "only what was at work is done again");
  assert.ok((client?.byWorker["2"] ?? 0) > 90, "the other has done the rest");
});

test("a service that nobody offers is refused", { timeout }, async () => {
  const stopping = new AbortController();
  let address: string | undefined;
  const listening = new Promise<void>((resolve) => {
    void majordomoBrokerAgent({
      brokerAddr,
      serviceTimeoutMs: 300,
      heartbeatMs: 100,
      signal: stopping.signal,
      onEvent: (event) => {
        if (event.type !== "listening") return;
        address = event.addresses[0];
        resolve();
      },
    });
  });
  await listening;
  const asked = { brokerAddr: address, service: "translate", tasks: 1 };
  const { deadLetters } = await majordomoClientAgent(asked);
  stopping.abort();
  assert.equal(deadLetters[0]?.error.name, "ServiceUnavailable");
});

test("a broker that says nothing is lost, and every task told so", { timeout }, async () => {
  const router = new Router({ context: new Context(), linger: 0 });
  await router.bind(brokerAddr);
  const patience = { replyTimeoutMs: 300, retries: 2, brokerAddr: router.lastEndpoint! };
  const { outcome, deadLetters } = await majordomoClientAgent({ tasks: 2, ...patience });
  router.close();
  assert.equal(outcome, "broker-lost");
  assert.deepEqual(
    deadLetters.map(({ error }) => error.name),
    ["BrokerLost", "BrokerLost"],
  );
});

test(
  "a task is done at least once, its result counts once, its id stays",
  { timeout },
  async () => {
    const letters: string[] = [];
    const work = postsLetters((taskId) => letters.push(taskId));
    const report = await runPool({ tasks: 4, requestTimeoutMs: 2000, work, ...patient });
    assert.equal(report.results.length, 4);
    assert.equal(letters.length, 5);
    assert.equal(new Set(letters).size, 4);
  },
);
