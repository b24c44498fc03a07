import assert from "node:assert/strict";
import { test } from "node:test";
import { drawTimeline, drawTimelines, timelinesSpec } from "../../src/notebook/timeline";
import { timelineOf } from "../../src/notebook/timeline-data";
import { assertCrispPng } from "./png";
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

test("several recordings share one scale of time", { timeout: 5000 }, () => {
  const [short, long] = panels(10);
  assert.deepEqual(short?.encoding.x.scale.domain, long?.encoding.x.scale.domain);
});

test("a bar too narrow for its name has none", { timeout: 5000 }, () => {
  const named = (tasks: number) =>
    panels(tasks)[1]?.data.values.filter(({ kind, label }) => kind === "task done" && label !== "")
      .length;
  assert.equal(named(10), 10);
  assert.equal(named(100), 0);
});

test("is a PNG whose text names the agents and no times", { timeout: 20_000 }, async () => {
  const picture = await drawTimeline(recordedRun());
  assertCrispPng(picture);
  assert.ok(picture.width < 950, `${picture.width} fits below a cell`);
  assert.equal(
    picture.text,
    "Timeline. Who worked on which task when: Generator, Worker-1, Worker-2, Collector; 10 tasks.",
  );
});

test(
  "draws failures, deaths, many tasks; no events are an error",
  { timeout: 20_000 },
  async () => {
    for (const events of [
      recordedRun({ failing: [1], killed: 2 }),
      recordedRun({ tasks: 100, workers: 4 }),
    ]) {
      assertCrispPng(await drawTimelines({ "a run": events }));
    }
    await assert.rejects(drawTimelines({ "a run": [] }), /Cannot draw "a run" as it has no events/);
  },
);
