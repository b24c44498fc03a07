import assert from "node:assert/strict";
import { test } from "node:test";
import { poolSpec } from "../../../src/notebook/pictures/pool-spec";

const stretch = { agent: "Worker-1", kind: "task done", label: "Task_1" } as const;
const moment = { agent: "Worker-1", kind: "struck off", label: "silent too long" } as const;

function layersOf(seconds: number, at: number) {
  const { layer } = poolSpec(
    {
      agents: ["Worker-1"],
      stretches: [{ ...stretch, from: 0, to: 1 }],
      moments: [{ ...moment, at }],
      seconds,
    },
    "a pool",
  );
  return layer as { mark: { type: string; align?: string }; data?: { values: object[] } }[];
}

test("a bar too narrow for its name has none", { timeout: 240_000 }, () => {
  const names = (seconds: number) =>
    layersOf(seconds, 0).find(({ mark }) => mark.type === "text")?.data?.values.length;
  assert.equal(names(2), 1);
  assert.equal(names(60), 0);
});

test("a reason stands on the side where there is room for it", { timeout: 240_000 }, () => {
  const sideOf = (at: number) =>
    layersOf(10, at)
      .filter(({ mark, data }) => mark.align !== undefined && data!.values.length > 0)
      .map(({ mark }) => mark.align);
  assert.deepEqual(sideOf(1), ["left"]);
  assert.deepEqual(sideOf(9.9), ["right"]);
});
