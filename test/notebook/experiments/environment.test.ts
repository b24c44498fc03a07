import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { environment } from "../../../src/notebook/experiments/environment";

test(
  "names what the tutorial stands on, each in the version it is made for",
  { timeout: 240_000 },
  () => {
    const load = createRequire(__filename);
    load("tslab");
    const ingredients = environment();
    assert.deepEqual(
      ingredients.map(({ name, fits }) => [name, fits]),
      [
        ["Node.js", "✔"],
        ["zeromq.js", "✔"],
        ["libzmq, inside zeromq.js", "✔"],
        ["tslab, the kernel", "✔"],
      ],
    );
    assert.equal(ingredients[0]?.version, process.versions.node);
  },
);

test("says what to do about a version that does not fit", { timeout: 240_000 }, (t) => {
  createRequire(__filename)("tslab");
  const { node } = process.versions;
  t.after(() => Object.defineProperty(process.versions, "node", { value: node }));
  for (const [version, fits] of [
    ["20.9.0", "✗ run npm ci"],
    ["20.19.0", "✔"],
    ["22.1.0", "✔"],
  ]) {
    Object.defineProperty(process.versions, "node", { value: version, configurable: true });
    assert.equal(environment()[0]?.fits, fits, version);
  }
});
