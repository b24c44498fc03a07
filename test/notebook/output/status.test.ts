import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapChange } from "../../../src/agents/clone/client/replica";
import type { JsonValue } from "../../../src/messages/json-value";
import { liveStatus, statusRows } from "../../../src/notebook/output/status";
import { markdownTable } from "../../../src/notebook/output/table";
import { pretendToBeKernel } from "./fake-kernel";

const options = { timeout: 240_000 };

/** A board with one listener at the most. */
class PlainBoard {
  readonly map = new Map<string, JsonValue>();
  listener?: (change: MapChange) => void;

  entries() {
    return [...this.map];
  }

  onChange(listener: (change: MapChange) => void) {
    this.listener = listener;
    return () => (this.listener = undefined);
  }

  put(key: string, value: JsonValue) {
    this.map.set(key, value);
    this.listener?.({ key, value, sequence: this.map.size });
  }
}

test("a row for each agent, in the direction in which messages flow", options, () => {
  const board = new PlainBoard();
  board.put("/status/Collector", { state: "collecting", done: 3 });
  board.put("/status/Worker-10", { state: "waiting", done: 1 });
  board.put("/status/Worker-2", { state: "working", task: "Task_4", done: 2 });
  board.put("/found/pin", "1234");
  assert.deepEqual(statusRows(board), [
    { agent: "Worker-2", state: "working", task: "Task_4", done: 2 },
    { agent: "Worker-10", state: "waiting", task: "", done: 1 },
    { agent: "Collector", state: "collecting", task: "", done: 3 },
  ]);
});

test("shows the board as it is at the end, in one place, and listens no more", options, (t) => {
  const written = pretendToBeKernel(t);
  const board = new PlainBoard();
  const end = liveStatus(board);
  for (let done = 1; done <= 50; done++) board.put("/status/Worker-1", { state: "working", done });
  end();
  assert.equal(written.at(-1)?.data["text/markdown"], markdownTable(statusRows(board)));
  assert.equal(new Set(written.map(({ displayId }) => displayId)).size, 1);
  assert.equal(board.listener, undefined);
});
