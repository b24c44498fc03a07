import assert from "node:assert/strict";
import { test } from "node:test";
import { POISON, runWithPoison } from "../../../src/notebook/experiments/poison";

test(
  "a poison task costs three workers, and nobody else's work",
  { timeout: 240_000 },
  async () => {
    const report = await runWithPoison({ tasks: 20, workers: 4, brokerAddr: "tcp://127.0.0.1:*" });
    assert.equal(report.results.length, 19);
    assert.equal(report.workers.length, 1);
    const [letter] = report.deadLetters;
    assert.equal(letter?.task.data, POISON);
    assert.equal(letter.attempts.length, 3);
  },
);
