import assert from "node:assert/strict";
import { test } from "node:test";
import {
  diagramGraph,
  drawDiagram,
  type SocketDiagram,
} from "../../../src/notebook/pictures/diagram";
import { COLOUR } from "../../../src/notebook/pictures/palette";
import { assertCrispPng } from "./png";

const diagram: SocketDiagram = {
  text: "A broker between a <client> and a worker.",
  agents: [
    {
      name: "<client>",
      role: "generator",
      sockets: [{ name: "jobs", type: "REQ", side: "right" }],
    },
    {
      name: "broker & co",
      role: "collector",
      sockets: [
        { name: "front", type: "ROUTER", binds: "tcp://*:1" },
        { name: "back", type: "ROUTER", binds: "tcp://*:2", side: "right" },
      ],
    },
    { name: "worker", quiet: true, sockets: [{ name: "jobs", type: "DEALER" }] },
    { name: "idle", quiet: true, sockets: [{ name: "jobs", type: "DEALER", side: "right" }] },
  ],
  flows: [
    { label: "job", from: [["<client>", "jobs"]], to: [["broker & co", "front"]] },
    { label: "work", from: [["broker & co", "back"]], to: [["worker", "jobs"]], dashed: true },
    { label: "gossip", from: [["idle", "jobs"]], to: [["worker", "jobs"]] },
  ],
};

test("draws any agents and flows, whatever is in their names", { timeout: 240_000 }, async () => {
  assertCrispPng(await drawDiagram(diagram));
});

test(
  "a flow has its sender's colour, and is grey between grey agents",
  { timeout: 240_000 },
  () => {
    const colours = diagramGraph(diagram).edges.map(({ attributes }) => attributes.color);
    assert.deepEqual(
      [...new Set(colours)],
      [COLOUR.generator, COLOUR.collector, COLOUR.unfinished],
    );
  },
);

test(
  "a flow backwards has its head, and its colour, at the other end",
  { timeout: 240_000 },
  () => {
    const flow = {
      label: "back",
      from: [["broker & co", "back"]],
      to: [["<client>", "jobs"]],
    } as const;
    const { edges } = diagramGraph({ ...diagram, flows: [{ ...flow, backwards: true }] });
    const [first, second] = edges.map(({ attributes }) => [attributes.dir, attributes.color]);
    assert.deepEqual(first, ["back", COLOUR.generator]);
    assert.deepEqual(second, ["none", COLOUR.generator]);
  },
);
