import assert from "node:assert/strict";
import { test } from "node:test";
import { taskGeneratorAgent } from "../../../src/agents/task-generator";
import { taskProcessorAgent } from "../../../src/agents/task-processor";
import { joinByHand, surroundByHand, takeByHand } from "../../../src/notebook/lab/by-hand";
import { lab } from "../../../src/notebook/lab/lab";

const anyPort = "tcp://127.0.0.1:*";
const anywhere = {
  taskVentilatorAddr: anyPort,
  resultCollectorAddr: anyPort,
  controlSyncAddr: anyPort,
};

test("the generator deals in turn, and END last", { timeout: 240_000 }, async () => {
  const rows = await lab("deal", async ({ signal, use }) => {
    let announce: (addresses: string[]) => void;
    const listening = new Promise<string[]>((resolve) => (announce = resolve));
    void use(
      taskGeneratorAgent({
        ...anywhere,
        tasks: 6,
        taskDelayMs: 0,
        createData: (n) => n,
        signal,
        onEvent: (event) => event.type === "listening" && announce(event.addresses),
      }),
    );
    const [taskVentilatorAddr, controlSyncAddr] = await listening;
    const workers = await joinByHand(use, 2, { taskVentilatorAddr, controlSyncAddr });
    return Promise.all(
      workers.map(async (worker) => {
        const taken = [];
        for (let turn = 1; turn <= 4; turn++) taken.push(await takeByHand(worker));
        return taken;
      }),
    );
  });
  assert.deepEqual(rows, [
    [1, 3, 5, "END"],
    [2, 4, 6, "END"],
  ]);
});

test("a failure travels, and the worker works on", { timeout: 240_000 }, async () => {
  await lab("surround", async ({ signal, use }) => {
    const { begin, ask, ...addresses } = await surroundByHand(use, anywhere);
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = addresses;
    const work = (data: unknown) => {
      if (data === 0) throw new RangeError("zero");
      return "done";
    };
    const wire = { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr };
    void use(taskProcessorAgent({ ...wire, work, signal }));
    await begin(1);
    assert.deepEqual((await ask(0)).result_data, {
      error: { name: "RangeError", message: "zero" },
    });
    assert.equal((await ask(1)).result_data, "done");
  });
});
