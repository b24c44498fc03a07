import assert from "node:assert/strict";
import { test } from "node:test";
import { showVerdict } from "../../../src/notebook/exercises/verdict";
import { pretendToBeKernel } from "../output/fake-kernel";

test("a verdict is one line that begins with its mark", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showVerdict({ passed: true, explanation: "Every frame was read right." });
  showVerdict({ passed: false, explanation: "task 7 never came back." });
  assert.deepEqual(
    written.map(({ data }) => data["text/markdown"]),
    ["**✔** Every frame was read right.", "**✗ Not yet:** task 7 never came back."],
  );
});
