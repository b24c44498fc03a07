/** What chapter 3 claims and its cells only show. The agent's own behaviour is tested in test/agents. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { taskGeneratorAgent } from "../../../src/agents/task-generator";
import { joinByHand, takeByHand } from "../../../src/notebook/lab/by-hand";
import { countHeard, startWhenSubscribed } from "../../../src/notebook/experiments/start-signals";
import { lab } from "../../../src/notebook/lab/lab";

test("a START sent on subscription is heard, every time", { timeout: 240_000 }, async () => {
  assert.deepEqual(await countHeard(startWhenSubscribed, 20), { heard: 20, lost: 0 });
});

test("END alone does not end the generator, hanging up does", { timeout: 240_000 }, async () => {
  await lab("hang up", async ({ signal, use }) => {
    let announce: (addresses: string[]) => void;
    const listening = new Promise<string[]>((resolve) => (announce = resolve));
    let isDone = false;
    const generator = taskGeneratorAgent({
      tasks: 1,
      workers: 1,
      taskDelayMs: 0,
      taskVentilatorAddr: "tcp://127.0.0.1:*",
      controlSyncAddr: "tcp://127.0.0.1:*",
      signal,
      onEvent(event) {
        if (event.type === "listening") announce(event.addresses);
        if (event.type === "finished") isDone = true;
      },
    });
    void use(generator);
    const [taskVentilatorAddr, controlSyncAddr] = await listening;
    const [worker] = await joinByHand(use, 1, { taskVentilatorAddr, controlSyncAddr });
    assert.deepEqual(
      [await takeByHand(worker!), await takeByHand(worker!)],
      ["Task_1_payload", "END"],
    );
    assert.equal(isDone, false);
    worker!.close();
    assert.equal((await generator).outcome, "complete");
  });
});
