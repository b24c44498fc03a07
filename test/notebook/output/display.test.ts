import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlace, markdown, show } from "../../../src/notebook/output/display";
import { pretendToBeKernel } from "./fake-kernel";

test("show writes all formats at once, with their metadata", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  show({
    data: { "image/png": "AAAA", "text/plain": "a picture" },
    metadata: { "image/png": { width: 3 } },
  });
  assert.deepEqual(written, [
    {
      data: { "image/png": "AAAA", "text/plain": "a picture" },
      metadata: { "image/png": { width: 3 } },
      displayId: undefined,
      update: false,
    },
  ]);
});

test("a place is written once and updated from then on", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  const [one, other] = [createPlace(), createPlace()];
  for (const text of ["1", "2", "3"]) one(markdown(text));
  other(markdown("4"));
  assert.deepEqual(
    written.map(({ update }) => update),
    [false, true, true, false],
  );
  assert.equal(new Set(written.slice(0, 3).map(({ displayId }) => displayId)).size, 1);
  assert.notEqual(written[3]?.displayId, written[0]?.displayId);
});

test("outside a notebook the error says what to use", { timeout: 240_000 }, () => {
  assert.throws(
    () => show(markdown("hello")),
    /not a notebook with the TypeScript kernel.*draw… functions/,
  );
});
