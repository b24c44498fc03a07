import assert from "node:assert/strict";
import { test } from "node:test";
import type { PayloadCost } from "../../../src/notebook/experiments/payload-cost";
import {
  byPayload,
  showPayloadBytes,
  showPayloadTimes,
} from "../../../src/notebook/pictures/payload-bars";
import { pretendToBeKernel } from "../output/fake-kernel";

const costs: PayloadCost[] = [
  { payload: "small", codec: "json", bytes: 101, encode: 1, decode: 2 },
  { payload: "small", codec: "multipart", bytes: 101, encode: 2, decode: 2 },
  { payload: "large", codec: "json", bytes: 1000, encode: 10, decode: 5 },
];

test("bytes, or the time of both ways; JSON stands for multipart", { timeout: 240_000 }, () => {
  assert.deepEqual(byPayload(costs, "bytes"), { small: { json: 101 }, large: { json: 1000 } });
  assert.deepEqual(byPayload(costs, "time"), { small: { json: 3 }, large: { json: 15 } });
});

test("shows either as a picture", { timeout: 240_000 }, async (t) => {
  const written = pretendToBeKernel(t);
  await showPayloadBytes(costs);
  await showPayloadTimes(costs);
  const texts = written.map(({ data }) => data["text/plain"]);
  assert.match(texts[0]!, /its size: small; large, in bytes/);
  assert.match(texts[1]!, /the time to write it and to read it: .*microseconds/);
});
