import assert from "node:assert/strict";
import { test } from "node:test";
import { cloneDiagram, drawClone } from "../../../src/notebook/pictures/clone-diagram";
import { assertCrispPng } from "./png";

const options = { timeout: 240_000 };

test("the server binds three sockets, each client connects three", options, () => {
  const { agents, flows } = cloneDiagram({ clients: ["Ann", "Bob", "Carol"] });
  const [server, ...clients] = agents.map(({ sockets }) =>
    sockets.map(({ type, binds }) => `${type} ${binds ?? "connects"}`),
  );
  assert.deepEqual(server, [
    "ROUTER tcp://127.0.0.1:5560",
    "XPUB tcp://127.0.0.1:5561",
    "SUB tcp://127.0.0.1:5562",
  ]);
  assert.deepEqual(clients, Array(3).fill(["DEALER connects", "SUB connects", "XPUB connects"]));
  const directions = flows.map(({ twoWay, backwards }) => [twoWay ?? false, backwards ?? false]);
  assert.deepEqual(directions, [
    [true, false],
    [false, false],
    [false, true],
  ]);
});

test("is a PNG that fits below a cell", options, async () => {
  const picture = await drawClone();
  assertCrispPng(picture);
  assert.ok(picture.width < 950, `${picture.width}`);
});
