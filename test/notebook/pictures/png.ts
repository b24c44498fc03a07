/** Looks into a PNG file. */
import assert from "node:assert/strict";
import type { Picture } from "../../../src/notebook/pictures/picture";

/** Checks that a picture is a PNG of twice the size at which it is shown. */
export function assertCrispPng({ png, width, height }: Picture): void {
  const file = Buffer.from(png);
  assert.equal(file.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [2 * width, 2 * height]);
}
