import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { test } from "node:test";
import type { Codec } from "../../../src/messages/codec";
import { jsonCodec } from "../../../src/messages/codecs/json";
import { protobufCodec } from "../../../src/messages/codecs/protobuf";
import { checkMyCodec, solveMyCodec, tryMyCodec } from "../../../src/notebook/exercises/payloads";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkMyCodec(solveMyCodec);
  assert.match(
    written[0]?.data["text/markdown"] ?? "",
    /✔.*came back.*takes \d+ bytes, in JSON 9436/,
  );
});

test("the starting point is told that nothing gets smaller", { timeout }, async () => {
  const { passed, explanation } = await tryMyCodec(startingPoint("12-payloads", "myCodec"));
  assert.equal(passed, false);
  assert.match(explanation, /nothing gets smaller: the document takes 9436 bytes, in JSON 9436/);
});

const unzip: Codec["decode"] = (frames) =>
  jsonCodec.decode(frames.map((frame) => gunzipSync(frame)));

/** A decode that answers so when unzipping fails. */
const answering =
  (answer: unknown): Codec["decode"] =>
  (frames) => {
    try {
      return unzip(frames);
    } catch {
      return answer as ReturnType<Codec["decode"]>;
    }
  };

/** JSON with the data made upper case: small, and not what was sent. */
const shouting: Codec = {
  ...solveMyCodec,
  encode: (message) =>
    solveMyCodec.encode(
      "data" in message && typeof message.data === "string"
        ? { ...message, data: message.data.toUpperCase() }
        : message,
    ),
};

const wrong: [name: string, codec: unknown, words: RegExp][] = [
  [
    "throws at damaged frames",
    { ...solveMyCodec, decode: unzip },
    /^For a frame cut in half `decode` threw `Error: unexpected end of file`.*tasks behind are lost/,
  ],
  [
    "unpacks without a limit",
    { ...solveMyCodec, decode: answering({ ok: false, code: "not-json", reason: "no gzip" }) },
    /unpacked to 16 MiB, and the worker worked on it.*maxOutputLength/,
  ],
  [
    "gives no reason",
    { ...solveMyCodec, decode: answering({ ok: false }) },
    /^For a frame cut in half `decode` answered `\{ ok: false \}`, which is neither/,
  ],
  [
    "gives no answer",
    { ...solveMyCodec, decode: answering(undefined) },
    /^For a frame cut in half `decode` answered `undefined`/,
  ],
  [
    "only packs",
    { ...solveMyCodec, decode: (frames: Buffer[]) => jsonCodec.decode(frames) },
    /ordinary task never came back. `decode` refused what `encode` had written: the bytes are not UTF-8/,
  ],
  ["changes a value", shouting, /ordinary task came back as `'TASK_1_PAYLOAD'`, not as it was/],
  [
    "gives a Buffer and no list",
    { ...solveMyCodec, encode: () => gzipSync("x") },
    /`encode` gave `<Buffer 1f 8b .*where a list of one Buffer is needed/,
  ],
  [
    "answers with a promise",
    { ...solveMyCodec, decode: (frames: Buffer[]) => Promise.resolve(unzip(frames)) },
    /`decode` answered `Promise/,
  ],
  ["is no smaller", protobufCodec, /nothing gets smaller/],
  ["has no decode", { ...solveMyCodec, decode: undefined }, /has no function `decode`/],
  ["is nothing", undefined, /has no function `encode`/],
];

for (const [name, codec, words] of wrong) {
  test(`a codec that ${name} is told so`, { timeout }, async () => {
    const { passed, explanation } = await tryMyCodec(codec as Codec);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}
