import assert from "node:assert/strict";
import { test } from "node:test";
import { drawMajordomo, majordomoDiagram } from "../../../src/notebook/pictures/majordomo-diagram";
import { assertCrispPng } from "./png";

test(
  "the broker binds at the given address, client and workers connect",
  { timeout: 240_000 },
  () => {
    const { agents } = majordomoDiagram({ brokerAddr: "tcp://*:6000" });
    const ends = agents.flatMap(({ name, sockets }) =>
      sockets.map(({ type, binds }) => `${name} ${type} ${binds ?? "connects"}`),
    );
    assert.deepEqual(ends, [
      "Client DEALER connects",
      "Broker ROUTER tcp://*:6000",
      "Worker-1 DEALER connects",
      "Worker-2 DEALER connects",
    ]);
  },
);

test("grey is what the chapter is not about", { timeout: 240_000 }, () => {
  const { agents } = majordomoDiagram({ highlight: "broker" });
  const quiet = agents.filter((agent) => agent.quiet).map(({ name }) => name);
  assert.deepEqual(quiet, ["Client", "Worker-1", "Worker-2"]);
});

test("many workers are summed up", { timeout: 240_000 }, () => {
  const names = majordomoDiagram({ workers: 9 }).agents.map(({ name }) => name);
  assert.deepEqual(names, ["Client", "Broker", "Worker-1", "7 more", "Worker-9"]);
  assert.throws(() => majordomoDiagram({ workers: 0 }), /workers.*current value is 0/);
});

test("is a PNG that fits below a cell", { timeout: 240_000 }, async () => {
  const picture = await drawMajordomo({ workers: 3, highlight: "worker" });
  assertCrispPng(picture);
  assert.ok(picture.width < 950, `${picture.width}`);
});
