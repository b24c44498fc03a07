import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../../src/agents/events";
import { taskNames } from "../../../src/notebook/pictures/recording";
import { tasksOfRequests } from "../../../src/notebook/pictures/request-tasks";
import {
  answered,
  begun,
  dispatched,
  left,
  listening,
  received,
  recorded,
  sent,
} from "./recorded-pool";

function names(events: AgentEvent[], type: AgentEvent["type"]): (string | undefined)[] {
  const tasks = taskNames(events);
  const found = tasksOfRequests(events, tasks.keys());
  return events
    .filter((event) => event.type === type)
    .map((event) => tasks.get(found.get(event) ?? ""));
}

test("a request is what its worker began with, from its arrival on", { timeout: 240_000 }, () => {
  const events = recorded(
    ...[sent(1), sent(2), received(1), dispatched(1, 2), received(2), dispatched(2, 1)],
    ...[begun(1, 1), begun(2, 2)],
  );
  assert.deepEqual(names(events, "request-dispatched"), ["Task_2", "Task_1"]);
  assert.deepEqual(names(events, "request-received"), ["Task_2", "Task_1"]);
});

test("a worker that never began does not shift what came after", { timeout: 240_000 }, () => {
  const events = recorded(
    ...[sent(1), sent(2), received(1), dispatched(1, 1), received(2), left(1)],
    ...[dispatched(2, 1), begun(1, 2), answered(2, 1), dispatched(1, 1), begun(1, 1)],
  );
  assert.deepEqual(names(events, "request-dispatched"), ["Task_1", "Task_2", "Task_1"]);
});

test("a broker that was started again counts from 1 again", { timeout: 240_000 }, () => {
  const events = recorded(
    ...[listening, sent(1), received(1), dispatched(1, 1), begun(1, 1), answered(1, 1)],
    ...[listening, sent(2), received(1), dispatched(1, 1), begun(1, 2)],
  );
  assert.deepEqual(names(events, "request-received"), ["Task_1", "Task_2"]);
});
