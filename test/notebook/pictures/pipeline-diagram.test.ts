import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPipeline, pipelineDiagram } from "../../../src/notebook/pictures/pipeline-diagram";
import { assertCrispPng } from "./png";

test(
  "generator and collector bind at the given addresses, workers connect",
  { timeout: 240_000 },
  () => {
    const { agents } = pipelineDiagram({ taskVentilatorAddr: "tcp://*:6000" });
    const ends = agents.flatMap(({ name, sockets }) =>
      sockets.map(({ type, binds }) => `${name} ${type} ${binds ?? "connects"}`),
    );
    assert.deepEqual(ends, [
      "Generator PUB tcp://127.0.0.1:5559",
      "Generator PUSH tcp://*:6000",
      ...["1", "2"].flatMap((id) =>
        ["SUB", "PULL", "PUSH"].map((type) => `Worker-${id} ${type} connects`),
      ),
      "Collector PULL tcp://127.0.0.1:5558",
    ]);
  },
);

test("grey is what the chapter is not about", { timeout: 240_000 }, () => {
  const quiet = (options: Parameters<typeof pipelineDiagram>[0]) =>
    pipelineDiagram(options)
      .agents.filter((agent) => agent.quiet)
      .map(({ name }) => name);
  assert.deepEqual(quiet({}), []);
  assert.deepEqual(quiet({ highlight: "generator" }), ["Worker-1", "Worker-2", "Collector"]);
  assert.deepEqual(quiet({ highlight: ["worker", "collector"] }), ["Generator"]);
});

test("many workers are summed up", { timeout: 240_000 }, () => {
  const names = pipelineDiagram({ workers: 9 }).agents.map(({ name }) => name);
  assert.deepEqual(names, ["Generator", "Worker-1", "7 more", "Worker-9", "Collector"]);
  assert.throws(() => pipelineDiagram({ workers: 0 }), /workers.*current value is 0/);
});

test("is a PNG that fits below a cell", { timeout: 240_000 }, async () => {
  const picture = await drawPipeline({ workers: 3, highlight: "worker" });
  assertCrispPng(picture);
  assert.ok(picture.width < 950);
});
