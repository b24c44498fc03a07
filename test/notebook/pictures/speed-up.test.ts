import assert from "node:assert/strict";
import { test } from "node:test";
import { drawSpeedUp, speedUpSpec } from "../../../src/notebook/pictures/speed-up";
import { assertCrispPng } from "./png";

const timeout = 60_000;

const points = (cores: number) => [
  { workers: 1, speedUp: 1, cores },
  { workers: 2, speedUp: 1.9, cores },
  { workers: 4, speedUp: 2.1, cores },
];

function best(cores: number): number[] {
  const { layer } = speedUpSpec(points(cores)) as {
    layer: { data: { values: { times: number }[] } }[];
  };
  return layer[0]!.data.values.map(({ times }) => times);
}

test("the best there is grows with the workers, as far as there are cores", { timeout }, () => {
  assert.deepEqual(best(2), [1, 2, 2]);
  assert.deepEqual(best(1), [1, 1, 1]);
  assert.deepEqual(best(16), [1, 4, 4]);
});

test("is a PNG whose text has no measured numbers", { timeout }, async () => {
  const picture = await drawSpeedUp(points(2));
  assertCrispPng(picture);
  assert.match(picture.text, /^Points\..*1, 2, 4 workers/);
  await assert.rejects(drawSpeedUp([]), /nothing was measured/);
});
