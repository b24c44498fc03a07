import assert from "node:assert/strict";
import { test } from "node:test";
import { showPicture, svgToPicture } from "../../../src/notebook/pictures/picture";
import { pretendToBeKernel } from "../output/fake-kernel";
import { assertCrispPng } from "./png";

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500" viewBox="0 0 500 500">${content}</svg>`;

test(
  "is cut to what is drawn, with a margin, at twice the size",
  { timeout: 240_000 },
  async () => {
    const picture = await svgToPicture(
      svg('<rect x="100" y="50" width="40" height="20" fill="red"/>'),
      "a box",
    );
    assertCrispPng(picture);
    assert.deepEqual([picture.width, picture.height], [40 + 2 * 16, 20 + 2 * 16]);
  },
);

test("draws text on a machine without fonts", { timeout: 240_000 }, async () => {
  const text = '<text x="20" y="40" font-family="no such font" font-size="20">WWWW</text>';
  const { width } = await svgToPicture(svg(text), "text");
  assert.ok(width > 60 + 2 * 16, `four wide letters are ${width} wide`);
});

test("an empty picture is an error", { timeout: 240_000 }, async () => {
  await assert.rejects(svgToPicture(svg(""), "nothing"), /the SVG is empty/);
});

test("is shown at its size with its text beside it", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showPicture({ png: new Uint8Array([1, 2, 3]), width: 30, height: 20, text: "three bytes" });
  assert.deepEqual(written[0]?.data, { "image/png": "AQID", "text/plain": "three bytes" });
  assert.deepEqual(written[0]?.metadata, { "image/png": { width: 30, height: 20 } });
});
