/** What chapter 5 claims: where counting messages goes wrong, and what the collector makes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, Push } from "zeromq";
import { resultCollectorAgent } from "../../../src/agents/result-collector";
import {
  agentOutcome,
  countingOutcome,
  deliverToAll,
} from "../../../src/notebook/experiments/naive-collector";

test("counting serves while all goes well", { timeout: 240_000 }, async () => {
  const rows = await deliverToAll({ counting: countingOutcome });
  assert.deepEqual(
    rows.map((row) => (row as Record<string, string>).counting),
    [
      "ends with task-1, task-2, task-3",
      "ends with task-1, task-2, task-1, task-2",
      "dies: SyntaxError",
      "waits for ever (we gave up)",
    ],
  );
});

test(
  "the agent loses nothing that was sent, and names what was not",
  { timeout: 240_000 },
  async () => {
    const rows = await deliverToAll({ agent: agentOutcome });
    assert.deepEqual(
      rows.map((row) => (row as Record<string, string>).agent),
      [
        "complete with task-1, task-2, task-3",
        "complete with task-1, task-2, task-3; 2 duplicates dropped",
        "complete with task-1, task-2, task-3; 1 frame refused",
        "workers-lost with task-1, task-2; 1 missing; Worker-2 never done",
      ],
    );
  },
);

test(
  "a worker that never sent a word is named, peerTimeoutMs after the last one hung up",
  { timeout: 240_000 },
  async () => {
    const context = new Context();
    const workers = [new Push({ context, linger: 0 }), new Push({ context, linger: 0 })];
    let goneAt = 0;
    const summary = await resultCollectorAgent({
      workers: 2,
      workerIds: ["1", "2"],
      peerTimeoutMs: 300,
      resultCollectorAddr: "tcp://127.0.0.1:*",
      onEvent: (event) => {
        if (event.type === "listening")
          workers.forEach((worker) => worker.connect(event.addresses[0]!));
        if (event.type !== "workers-connected") return;
        if (event.connected === 2) workers.forEach((worker) => worker.close());
        if (event.connected === 0) goneAt = performance.now();
      },
    });
    const waited = performance.now() - goneAt;
    assert.equal(summary.outcome, "workers-lost");
    assert.deepEqual(summary.workersNotDone, ["1", "2"]);
    assert.ok(waited > 290 && waited < 20_000, `${waited} ms`);
  },
);
