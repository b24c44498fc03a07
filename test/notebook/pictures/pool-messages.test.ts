import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { isPool } from "../../../src/notebook/pictures/pool-messages";
import { messagesOf, participants } from "../../../src/notebook/pictures/sequence-data";
import { recordedRun } from "./recorded-events";
import { buried, poolRun, received, recorded, sent } from "./recorded-pool";

const lines = (events: AgentEvent[]) =>
  messagesOf(events).map(({ from, to, label }) => `${from} > ${to.join("+")}: ${label}`);

test(
  "tells requests, redeliveries, retries, answers, and what befell a worker",
  { timeout: 240_000 },
  () => {
    assert.deepEqual(lines(poolRun()), [
      "Client > Broker: Task_1",
      "Broker > Worker-1: Task_1",
      "Client > Broker: Task_2",
      "Broker > Worker-2: Task_2",
      "Worker-1 > : process died",
      "Worker-2 > Broker: Task_2 failed",
      "Broker > Client: Task_2 failed",
      "Broker > : Worker-1 struck off",
      "Broker > Worker-2: Task_1 again",
      "Client > Broker: Task_2 again",
      "Worker-2 > Broker: Task_1 done",
      "Broker > Worker-2: Task_2 again",
      "Broker > Client: Task_1 done",
      "Worker-2 > Broker: Task_2 done",
      "Broker > Client: Task_2 done",
    ]);
  },
);

test(
  "a request that nobody began with ends as a dead letter under its name",
  { timeout: 240_000 },
  () => {
    const events = recorded(sent(1), received(1), sent(2), received(2), buried(1), buried(2));
    assert.deepEqual(lines(events), [
      "Client > Broker: Task_1",
      "Client > Broker: Task_2",
      "Broker > Client: Task_1 dead letter",
      "Broker > Client: Task_2 dead letter",
    ]);
  },
);

test("agents stand in the direction of requests", { timeout: 240_000 }, () => {
  assert.deepEqual(participants(messagesOf(poolRun())), [
    "Client",
    "Broker",
    "Worker-1",
    "Worker-2",
  ]);
});

test("a pipeline is no pool", { timeout: 240_000 }, () => {
  assert.equal(isPool(recordedRun()), false);
  assert.equal(isPool(poolRun()), true);
});
