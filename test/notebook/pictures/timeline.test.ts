import assert from "node:assert/strict";
import { test } from "node:test";
import { drawTimeline, drawTimelines } from "../../../src/notebook/pictures/timeline";
import { assertCrispPng } from "./png";
import { recordedRun } from "./recorded-events";

test("is a PNG whose text names the agents and no times", { timeout: 240_000 }, async () => {
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
  { timeout: 240_000 },
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
