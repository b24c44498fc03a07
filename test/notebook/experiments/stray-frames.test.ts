import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTaskFrame } from "../../../src/messages/frame";
import {
  carefulReceiver,
  measureDamage,
  naiveReceiver,
  strayFrames,
  type Damage,
} from "../../../src/notebook/experiments/stray-frames";

const timeout = 60_000;
const names = Object.keys(strayFrames);
const column = (rows: Damage[], name: keyof Damage) => rows.map((row) => row[name]);

test("none of the frames is a task, each for its own reason", () => {
  const reasons = Object.values(strayFrames).map((frame) => {
    const parsed = parseTaskFrame(frame);
    return parsed.ok ? "a task" : `${parsed.code}: ${parsed.reason}`;
  });
  assert.ok(!reasons.includes("a task"));
  assert.equal(new Set(reasons).size, names.length);
});

test(
  "a receiver that trusts dies of two of them, and takes four for a task",
  { timeout },
  async () => {
    const rows = await measureDamage(naiveReceiver);
    assert.deepEqual(column(rows, "stray frame"), names);
    const done = ["3 of 9", "3 of 9", "9 of 9", "9 of 9", "9 of 9", "9 of 9"];
    assert.deepEqual(column(rows, "tasks done"), done);
    assert.deepEqual(column(rows, "strays taken for a task"), [0, 0, 1, 1, 1, 1]);
    const endings = column(rows, "ended by").map((ending) => String(ending).split(":")[0]);
    assert.deepEqual(endings, ["SyntaxError", "SyntaxError", "END", "END", "END", "END"]);
  },
);

test("a receiver that does not trust loses nothing", { timeout }, async () => {
  const rows = await measureDamage(carefulReceiver);
  assert.deepEqual(new Set(column(rows, "tasks done")), new Set(["9 of 9"]));
  assert.deepEqual(new Set(column(rows, "strays taken for a task")), new Set([0]));
  assert.deepEqual(new Set(column(rows, "ended by")), new Set(["END"]));
});

test(
  "a measurement that is stopped ends, even in a receiver that never does",
  { timeout },
  async () => {
    const stop = new AbortController();
    const rows = measureDamage(async (tasks, handle) => {
      for await (const [frame] of tasks) {
        handle(String(frame));
        stop.abort();
      }
    }, stop.signal);
    assert.ok((await rows).length <= 1);
  },
);
