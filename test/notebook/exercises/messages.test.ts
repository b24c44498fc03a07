import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkReadTask,
  solveReadTask,
  tryReadTask,
  type ReadTask,
} from "../../../src/notebook/exercises/messages";
import { parseTaskFrame } from "../../../src/messages/frame";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 10_000;

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkReadTask(solveReadTask);
  assert.match(written[0]!.data["text/markdown"]!, /✔.*All 12 frames.*3 tasks, 1 END, 8 pieces/);
});

const answers: Record<string, { readTask: ReadTask; expected: RegExp }> = {
  "trusting JSON.parse": {
    readTask: (frame) => {
      const message = JSON.parse(frame.toString()) as { task_id: string };
      return message.task_id === "END_OF_TASKS" ? "end" : "task";
    },
    expected:
      /Frame 4 of 12 .*\(not UTF-8\).*threw `SyntaxError.*the tasks behind the frame are lost/,
  },
  "catching what JSON.parse throws, and no more": {
    readTask: (frame) => {
      try {
        const message = JSON.parse(frame.toString()) as { task_id: string };
        return message.task_id === "END_OF_TASKS" ? "end" : "task";
      } catch {
        return "garbage";
      }
    },
    expected: /Frame 6 of 12 is `42` \(a bare number\).*answered `"task"`, and it is `"garbage"`/,
  },
  "taking END for a task": {
    readTask: (frame) => (parseTaskFrame(frame).ok ? "task" : "garbage"),
    expected: /Frame 2 of 12 .*\(the END\).*answered `"task"`, and it is `"end"`.*never stops/,
  },
  "taking a task without data for END": {
    readTask: (frame) => {
      const parsed = parseTaskFrame(frame);
      return !parsed.ok ? "garbage" : parsed.message.data === null ? "end" : "task";
    },
    expected:
      /Frame 3 of 12 .*a task whose data is null.*answered `"end"`, and it is `"task"`.*stops too early/,
  },
  "looking for END anywhere in the text": {
    readTask: (frame) =>
      frame.includes("END_OF_TASKS") ? "end" : parseTaskFrame(frame).ok ? "task" : "garbage",
    expected: /Frame 12 of 12 .*only looks like END.*answered `"end"`/,
  },
  "a promise": {
    readTask: () => Promise.reject(new Error("nobody looks at this")),
    expected: /answered a promise.*needs no `async`/,
  },
  nothing: {
    readTask: () => undefined,
    expected: /Frame 1 .*answered `undefined`.*Answer with one of/,
  },
  "an object that is no text": {
    readTask: () => Object.create(null) as object,
    expected: /Frame 1 .*answered `\[Object: null prototype\] \{\}`/,
  },
  "an endless loop": {
    readTask: () => {
      for (;;);
    },
    expected: /Frame 1 .*still busy with it after 2 s/,
  },
};
for (const [name, { readTask, expected }] of Object.entries(answers)) {
  test(`names the first frame that is read wrong: ${name}`, { timeout }, async () => {
    const { passed, explanation } = await tryReadTask(readTask);
    assert.equal(passed, false);
    assert.match(explanation, expected);
  });
}

test("the starting point takes everything for garbage", { timeout }, async () => {
  const readTask = startingPoint<ReadTask>("02-messages", "readTask");
  const { passed, explanation } = await tryReadTask(readTask);
  assert.equal(passed, false);
  assert.match(explanation, /Frame 1 .*\(an ordinary task\).*answered `"garbage"`/);
});
