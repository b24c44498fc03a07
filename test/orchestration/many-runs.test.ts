/** Whether each worker gets its own END is a matter of chance, so it is tried often, with queues of all lengths. */
import { test } from "node:test";
import { runPipeline } from "../../src/orchestration/run-pipeline";
import { nobodyWaits } from "./nobody-waits";
import { anyPorts } from "./ports";

for (const highWaterMark of [1, 10, 100, 1000])
  test(
    `12 runs of 2,000 tasks, high-water mark ${highWaterMark}`,
    { timeout: 240_000 },
    async () => {
      for (let run = 1; run <= 12; run++) {
        const options = { tasks: 2000, taskDelayMs: 0, work: () => null };
        nobodyWaits(await runPipeline({ ...anyPorts, ...options, highWaterMark }), 2000);
      }
    },
  );
