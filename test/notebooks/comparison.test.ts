import assert from "node:assert/strict";
import { test } from "node:test";
import { blankVarying, comparableOutputs } from "./comparison";
import type { Cell, CellOutput } from "./notebook";
import { root } from "./venv-python";

const blanked: [string, string][] = [
  ["took 3.61 s, then 12 ms and 1,234.5 µs", "took <time>, then <time> and <time>"],
  ["95,700 tasks/s and 7 messages per second", "<rate> and <rate>"],
  ["9f1c2a4e-6b0d-4c7e-8a51-0d9e4f3b2a17", "<uuid>"],
  ["at 2026-11-23T10:43:00.123Z and 10:43:00.5", "at <time> and <time>"],
  [`{"timestamp": 1763894580.123}`, `{"timestamp": <time>}`],
  ["tcp://127.0.0.1:49321 tcp://127.0.0.1:5557", "tcp://127.0.0.1:<port> tcp://127.0.0.1:5557"],
  [`${root}/src/index.ts`, "<folder>/src/index.ts"],
  ["pid 4711", "pid <pid>"],
  ["a     b\n---------", "a b\n---"],
];
for (const [text, expected] of blanked) {
  test(`blanks ${text}`, () => assert.equal(blankVarying(text), expected));
}

for (const text of [
  "10 tasks, 2 workers",
  "Task_1_payload",
  "v20 small 5 sockets",
  "5557-5559",
  "1 step",
]) {
  test(`keeps ${text}`, () => assert.equal(blankVarying(text), text));
}

test("sees another text, another order and another type, but not another time", () => {
  const committed = outputs("done in 3 s\n", "2 results\n");
  assert.equal(outputs("done in 4 s\n", "2 results\n"), committed);
  assert.notEqual(outputs("done in 4 s\n", "1 result\n"), committed);
  assert.notEqual(outputs("2 results\n", "done in 3 s\n"), committed);
  assert.notEqual(
    comparableOutputs({
      cells: [cell([{ output_type: "display_data", data: { "text/html": "" } }])],
      metadata: {},
    }),
    comparableOutputs({
      cells: [cell([{ output_type: "display_data", data: { "image/png": "" } }])],
      metadata: {},
    }),
  );
});

function outputs(...texts: string[]): string {
  const streams = texts.map((text) => ({ output_type: "stream", name: "stdout", text }));
  return comparableOutputs({ cells: [cell(streams)], metadata: {} });
}

function cell(outputs: CellOutput[]): Cell {
  return { id: "a", cell_type: "code", source: "", metadata: {}, outputs };
}
