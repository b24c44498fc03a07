import assert from "node:assert/strict";
import { test } from "node:test";
import { findMessage, showSchema } from "../../../src/notebook/output/schema";
import { pretendToBeKernel } from "./fake-kernel";

test("quotes a message with its comment, to its own end", { timeout: 240_000 }, () => {
  const lines = findMessage("TaskMessage").split("\n");
  assert.match(lines[0]!, /^\/\/ From the generator/);
  assert.ok(lines.includes("  optional string task_id = 1;"));
  assert.equal(lines.at(-1), "}");
  assert.match(findMessage("Value"), /oneof kind \{[^]*numbers = 8;\n {2}\}\n\}$/);
});

test("shows it under a link to the file", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showSchema("ResultMessage");
  const text = written[0]?.data["text/markdown"] ?? "";
  assert.match(
    text,
    /^\[`src\/messages\/pipeline\.proto`\]\([^)]*src\/messages\/pipeline\.proto\)/,
  );
  assert.match(text, /```proto\n[^]*message ResultMessage \{/);
});

test("says which messages there are", { timeout: 240_000 }, () => {
  assert.throws(
    () => findMessage("Tasks"),
    /"Tasks" as the schema has only AgentMessage, TaskMess/,
  );
});
