import assert from "node:assert/strict";
import { test } from "node:test";
import { timelineOf } from "../../../src/notebook/pictures/timeline-data";
import { timelinesSpec } from "../../../src/notebook/pictures/timeline-spec";
import { recordedRun } from "./recorded-events";

interface Panel {
  title: string;
  encoding: { x: { scale: { domain: number[] } } };
  data: { values: { label: string; kind: string }[] };
}

const panels = (tasks: number) =>
  timelinesSpec([
    { title: "short", ...timelineOf(recordedRun({ tasks: 2 })) },
    { title: "long", ...timelineOf(recordedRun({ tasks })) },
  ]).vconcat as Panel[];

test("several recordings share one scale of time", { timeout: 240_000 }, () => {
  const [short, long] = panels(10);
  assert.deepEqual(short?.encoding.x.scale.domain, long?.encoding.x.scale.domain);
});

test("a bar too narrow for its name has none", { timeout: 240_000 }, () => {
  const named = (tasks: number) =>
    panels(tasks)[1]?.data.values.filter(({ kind, label }) => kind === "task done" && label !== "")
      .length;
  assert.equal(named(10), 10);
  assert.equal(named(100), 0);
});
