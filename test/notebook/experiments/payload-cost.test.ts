import assert from "node:assert/strict";
import { test } from "node:test";
import { payloadCost, realPayloads } from "../../../src/notebook/experiments/payload-cost";

const timeout = 120_000;

test("measures every payload in every format", { timeout }, async () => {
  const costs = await payloadCost(realPayloads(), 1);
  const names = costs.map(({ payload, codec }) => `${payload}: ${codec}`);
  const codecs = ["json", "msgpack", "protobuf", "multipart"];
  const payloads = ["a small task", "a document", "10,000 numbers"];
  assert.deepEqual(
    names,
    payloads.flatMap((payload) => codecs.map((codec) => `${payload}: ${codec}`)),
  );
  for (const { encode, decode } of costs) assert.ok(encode > 0 && decode > 0);
  const bytes = (wanted: string) => {
    const sizes = costs.filter(({ payload }) => payload === wanted).map(({ bytes }) => bytes);
    return sizes as [json: number, msgpack: number, protobuf: number, multipart: number];
  };
  const [json, msgpack, protobuf, multipart] = bytes("10,000 numbers");
  assert.ok(protobuf < msgpack && msgpack < json / 2 && multipart === json);
  const small = bytes("a small task");
  assert.ok(small[2] < small[1] && small[1] < small[0]);
  assert.ok(bytes("a document").every((size) => size > 8500 && size < 11_000));
});

test("a format that does not carry a payload has no row for it", { timeout }, async () => {
  const costs = await payloadCost({ image: new Uint8Array(1000) }, 1);
  assert.deepEqual(
    costs.map(({ codec, bytes }) => [codec, bytes > 1000 && bytes < 1110]),
    [
      ["msgpack", true],
      ["protobuf", true],
      ["multipart", true],
    ],
  );
});
