import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent } from "../../src/agents/events";
import { createResultMessage } from "../../src/messages/result-message";
import { Recorder } from "../../src/orchestration/recorder";
import { withoutWarning } from "./warnings";

const sent = (n: number, at = n): AgentEvent => ({
  agent: "Generator",
  at,
  type: "task-sent",
  taskId: `id-${n}`,
  data: `Task_${n}`,
});
const begun = (n: number, agent: string): AgentEvent => ({
  agent,
  at: n + 0.5,
  type: "task-started",
  taskId: `id-${n}`,
  data: `Task_${n}`,
});
const result = (n: number) => createResultMessage(`id-${n}`, "done", "1");
const isStart = ({ type }: AgentEvent) => type === "started";
const start: AgentEvent = { agent: "Worker-1", at: 1, type: "started" };
const forEver = new Promise<void>(() => {});

test("passes every event on, in the order in which it came", () => {
  const forwarded: AgentEvent[] = [];
  const recorder = new Recorder((event) => forwarded.push(event));
  const events = [sent(2), sent(1)];
  events.forEach(recorder.onEvent);
  assert.deepEqual(forwarded, events);
});

test("keeps events in order of time, and hands out a copy", () => {
  const recorder = new Recorder();
  [sent(3), sent(1), sent(2)].forEach(recorder.onEvent);
  assert.deepEqual(recorder.events, [sent(1), sent(2), sent(3)]);
  recorder.events.pop();
  assert.equal(recorder.events.length, 3);
});

test("events of the same moment stay in order of arrival", () => {
  const recorder = new Recorder();
  [sent(1, 7), sent(2, 7), sent(3, 7)].forEach(recorder.onEvent);
  assert.deepEqual(recorder.events, [sent(1, 7), sent(2, 7), sent(3, 7)]);
});

test("finds an event that came before it was asked for", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  recorder.onEvent(start);
  assert.equal(await recorder.first(forEver, isStart), start);
});

test("waits for an event, past others", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  const found = recorder.first(forEver, isStart);
  recorder.onEvent(sent(1));
  recorder.onEvent(sent(2));
  recorder.onEvent(start);
  assert.equal(await found, start);
});

test("passes over what came before it was asked to look", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  const later: AgentEvent = { ...start, at: 2 };
  recorder.onEvent(start);
  const found = recorder.first(forEver, isStart, recorder.length);
  recorder.onEvent(later);
  assert.equal(await found, later);
});

test("a crowd may wait for one event", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  const found = await withoutWarning(() => {
    const crowd = Array.from({ length: 12 }, () => recorder.first(forEver, isStart));
    recorder.onEvent(start);
    return Promise.all(crowd);
  });
  assert.deepEqual(found, Array(12).fill(start));
});

test("gives up when the agent ends, or fails, without it", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  assert.equal(await recorder.first(Promise.resolve(), isStart), undefined);
  assert.equal(await recorder.first(Promise.reject(new Error("taken")), isStart), undefined);
});

test("an event that came with the agent's end is not lost", { timeout: 240_000 }, async () => {
  const recorder = new Recorder();
  const agent = Promise.resolve().then(() => recorder.onEvent(start));
  assert.equal(await recorder.first(agent, isStart), start);
});

test("names the tasks that never came back, and who began them", () => {
  const recorder = new Recorder();
  [sent(1), sent(2), sent(3), begun(1, "Worker-1"), begun(2, "Worker-2")].forEach(recorder.onEvent);
  assert.deepEqual(recorder.missingTasks([result(1)]), [
    { taskId: "id-2", data: "Task_2", startedBy: "Worker-2" },
    { taskId: "id-3", data: "Task_3", startedBy: undefined },
  ]);
});

test("of several who began a task the last one is named", () => {
  const recorder = new Recorder();
  [sent(1), begun(1, "Worker-1"), begun(1, "Worker-2")].forEach(recorder.onEvent);
  assert.equal(recorder.missingTasks([])[0]?.startedBy, "Worker-2");
});

test("a task that was never sent is not missing, nor is a result nobody asked for", () => {
  const recorder = new Recorder();
  recorder.onEvent(sent(1));
  assert.deepEqual(recorder.missingTasks([result(1), result(9)]), []);
});
