import assert from "node:assert/strict";
import { test } from "node:test";
import { broadcastDiagram, drawBroadcast } from "../../../src/notebook/pictures/broadcast-diagram";
import { assertCrispPng } from "./png";

const options = { timeout: 240_000 };

function flowsOf(diagram: ReturnType<typeof broadcastDiagram>): string[] {
  return diagram.flows.map(({ label, from, to }) => `${from[0]?.[0]}: ${label}: ${to[0]?.[0]}`);
}

test("the publisher tells each what it has asked for", options, () => {
  const diagram = broadcastDiagram({ subscribers: { Ann: "status.", Bob: "" } });
  assert.deepEqual(flowsOf(diagram), ['Publisher: "status.": Ann', "Publisher: everything: Bob"]);
  assert.match(diagram.text, /tells Ann and Bob what each/);
});

test("a cache hears all, and tells each what it has asked for", options, () => {
  const diagram = broadcastDiagram({ cache: true, subscribers: { Ann: "status." } });
  assert.deepEqual(flowsOf(diagram), ["Publisher: all: Cache", 'Cache: "status.": Ann']);
  const binds = diagram.agents.flatMap(({ sockets }) => sockets.map(({ binds }) => binds ?? ""));
  assert.deepEqual(binds, ["tcp://127.0.0.1:5563", "", "tcp://127.0.0.1:5564", ""]);
});

test("is a PNG that fits below a cell", options, async () => {
  for (const cache of [false, true]) {
    const picture = await drawBroadcast({ cache, subscribers: { Latecomer: "status.", Bob: "" } });
    assertCrispPng(picture);
    assert.ok(picture.width < 950, `${picture.width}`);
  }
});
