import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTaskMessage } from "../../../src/messages/task-message";
import { findSource, showSource } from "../../../src/notebook/output/source";
import { pretendToBeKernel } from "./fake-kernel";

const root = join(__dirname, "../../..");

test(
  "quotes a function with its docstring, at the line where it stands",
  { timeout: 240_000 },
  () => {
    const { file, line, code } = findSource(createTaskMessage);
    const text = readFileSync(join(root, file), "utf8").split("\n");
    assert.equal(file, "src/messages/task-message.ts");
    assert.match(code, /^\/\*\* Makes a task;/);
    assert.match(code, /\n}$/);
    assert.equal(text.slice(line - 1, line - 1 + code.split("\n").length).join("\n"), code);
  },
);

test("leaves the docstring out, and its lines", { timeout: 240_000 }, () => {
  const { line, code } = findSource("createTaskMessage", { docstring: false });
  assert.match(code, /^export function createTaskMessage/);
  assert.equal(line, findSource(createTaskMessage).line + 1);
});

test("quotes types, constants and classes by name", { timeout: 240_000 }, () => {
  assert.match(findSource("TaskMessage").code, /export interface TaskMessage {/);
  assert.match(findSource("END_OF_TASKS").code, /export const END_OF_TASKS = "END_OF_TASKS";$/);
  assert.match(findSource("OnEvent").code, /export type OnEvent/);
  assert.equal(findSource("Interrupted").file, "src/notebook/lab/room.ts");
});

test("quotes a member of a class by both names, from the margin on", { timeout: 240_000 }, () => {
  const { file, code } = findSource("Room.stop");
  assert.equal(file, "src/notebook/lab/room.ts");
  assert.match(code, /^\/\*\* Interrupts the run.*\nasync stop\(\).*{\n {2}this.*[^]*\n}$/);
  assert.throws(() => findSource("Room.stopp"), /Did you mean Room\.stop/);
});

test("an unknown name is an error that names similar ones", { timeout: 240_000 }, () => {
  assert.throws(() => findSource("createTaskMesage"), {
    name: "RangeError",
    message: /Cannot show the source of "createTaskMesage".*Did you mean createTaskMessage/,
  });
  assert.throws(() => findSource("Zzz"), /declares nothing of that name\.$/);
  assert.throws(() => findSource("shortestName"), RangeError);
});

test("shows a link to the file above the code", { timeout: 240_000 }, (t) => {
  const [written, folder] = [pretendToBeKernel(t), process.cwd()];
  t.after(() => process.chdir(folder));
  process.chdir(join(root, "test"));
  showSource("END_OF_TASKS", { docstring: false });
  const { line } = findSource("END_OF_TASKS", { docstring: false });
  assert.equal(
    written[0]?.data["text/markdown"],
    `[\`src/messages/task-message.ts:${line}\`](../src/messages/task-message.ts#L${line})\n\n` +
      '```ts\nexport const END_OF_TASKS = "END_OF_TASKS";\n```',
  );
});
