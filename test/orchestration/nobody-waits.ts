import assert from "node:assert/strict";
import type { PipelineReport } from "../../src/orchestration/pipeline";

/** Every result is in, once, and both workers had their END and took their leave. */
export function nobodyWaits(report: PipelineReport, tasks: number): void {
  assert.equal(report.outcome, "complete");
  assert.equal(report.results.length, tasks);
  assert.deepEqual(report.missingTasks, []);
  assert.equal(report.collector?.duplicates, 0);
  assert.deepEqual(report.collector.workersDone.toSorted(), ["1", "2"]);
  assert.deepEqual(
    report.processors.map(({ outcome }) => outcome),
    ["complete", "complete"],
  );
  assert.equal(report.generator?.outcome, "complete");
}
