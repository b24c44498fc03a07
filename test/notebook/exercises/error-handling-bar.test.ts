import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer } from "zeromq";
import { encodeFrame, parseResultFrame } from "../../../src/messages/frame";
import { createTaskMessage } from "../../../src/messages/task-message";
import { openBar } from "../../../src/notebook/exercises/error-handling-bar";
import { lab } from "../../../src/notebook/lab/lab";

test(
  "coffee comes late and twice, the first word about cake is lost",
  { timeout: 240_000 },
  async () => {
    await lab("test of the bar", async ({ use }) => {
      const bar = await openBar(use);
      const dealer = use(new Dealer({ receiveTimeout: 5000, linger: 0 }));
      dealer.connect(bar.address);
      const tasks = ["coffee", "coffee", "cake", "cake", "tea"].map((order) =>
        createTaskMessage(order),
      );
      for (const task of tasks) await dealer.send(encodeFrame(task));
      const served: number[] = [];
      while (served.length < 4) {
        const parsed = parseResultFrame((await dealer.receive())[0]!);
        assert.ok(parsed.ok);
        const taskId = parsed.message.task_id;
        served.push(tasks.findIndex((task) => task.task_id === taskId));
      }
      assert.deepEqual(served, [0, 1, 3, 4]);
      assert.equal(bar.requests.length, 5);
      assert.ok(bar.quietMs() < 10_000);
    });
  },
);
