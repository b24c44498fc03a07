import assert from "node:assert/strict";
import { test } from "node:test";
import { hexDump, showBytes } from "../../../src/notebook/output/bytes";
import { pretendToBeKernel } from "./fake-kernel";

test("24 bytes a line, with the text that they are beside them", { timeout: 240_000 }, () => {
  const dump = hexDump(Buffer.from("ö: 24 bytes fill a line, and\n")).split("\n");
  assert.deepEqual(dump, [
    "c3 b6 3a 20 32 34 20 62 79 74 65 73 20 66 69 6c 6c 20 61 20 6c 69 6e 65  ··: 24 bytes fill a line",
    `${"2c 20 61 6e 64 0a".padEnd(72)} , and·`,
  ]);
});

test("nothing has no lines", { timeout: 240_000 }, () =>
  assert.equal(hexDump(Buffer.alloc(0)), ""),
);

test("shows each under its name and its size", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showBytes({ JSON: Buffer.from("{}"), empty: new Uint8Array() });
  const text = written[0]?.data["text/markdown"] ?? "";
  assert.match(text, /^\*\*JSON\*\*, 2 bytes\n\n```text\n7b 7d +\{\}\n```/);
  assert.match(text, /\*\*empty\*\*, 0 bytes/);
});
