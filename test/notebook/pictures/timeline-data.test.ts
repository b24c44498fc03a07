import assert from "node:assert/strict";
import { test } from "node:test";
import { timelineOf, type TimelineKind } from "../../../src/notebook/pictures/timeline-data";
import { recordedRun } from "./recorded-events";
import { poolRun } from "./recorded-pool";

const count = (items: { kind: TimelineKind }[], kind: TimelineKind) =>
  items.filter((item) => item.kind === kind).length;

test("each task is sent once, done once, received once", { timeout: 240_000 }, () => {
  const { agents, items, tasks, start } = timelineOf(recordedRun());
  assert.deepEqual(agents, ["Generator", "Worker-1", "Worker-2", "Collector"]);
  assert.equal(tasks, 10);
  assert.equal(start, 0.06);
  for (const kind of ["task sent", "task done", "result received"] as const) {
    assert.equal(count(items, kind), 10, kind);
  }
  assert.equal(count(items, "END, WORKER_DONE"), 6);
});

test(
  "a bar lasts from a task's start to its end, and has the task's name",
  { timeout: 240_000 },
  () => {
    const bars = timelineOf(recordedRun()).items.filter(({ kind }) => kind === "task done");
    const third = bars.find(({ label }) => label === "Task_3");
    assert.equal(third?.agent, "Worker-1");
    assert.ok(Math.abs(third.to - third.from - 0.6) < 1e-9);
  },
);

test(
  "failed tasks, and what a killed worker left, are kinds of their own",
  { timeout: 240_000 },
  () => {
    const { items } = timelineOf(recordedRun({ failing: [6], killed: 1 }));
    assert.equal(count(items, "task failed"), 1);
    const [death] = items.filter(({ kind }) => kind === "process died");
    const [lost] = items.filter(({ kind }) => kind === "task not finished");
    assert.equal(lost?.label, "Task_3");
    assert.equal(lost.to, death?.from, "the bar ends where the process does");
  },
);

test(
  "a process that said how it ended has not died, whatever its exit code",
  { timeout: 240_000 },
  () => {
    const events = recordedRun();
    const at = Math.max(...events.map((event) => event.at));
    events.push({ agent: "Worker-1", at, type: "process-exited", code: 1, signal: null });
    assert.equal(count(timelineOf(events).items, "process died"), 0);
  },
);

test("the order in which events arrive does not matter", { timeout: 240_000 }, () => {
  const events = recordedRun({ workers: 12, tasks: 30 });
  const timeline = timelineOf([...events].reverse());
  assert.equal(timeline.seconds, timelineOf(events).seconds);
  assert.deepEqual(timeline.agents.slice(1, 4), ["Worker-1", "Worker-2", "Worker-3"]);
  assert.equal(count(timeline.items, "task done"), 30);
});

test("no events make an empty timeline", { timeout: 240_000 }, () => {
  assert.deepEqual(timelineOf([]), {
    agents: [],
    items: [],
    tasks: 0,
    start: undefined,
    seconds: 0,
  });
});

test("a pool's retries and redeliveries are moments of their own", { timeout: 240_000 }, () => {
  const { agents, items } = timelineOf(poolRun());
  assert.deepEqual(agents, ["Client", "Broker", "Worker-1", "Worker-2"]);
  const told = items.map(({ agent, kind }) => `${agent}: ${kind}`);
  for (const line of ["Broker: redelivered", "Client: failed, once more", "Worker-1: process died"])
    assert.equal(told.filter((item) => item === line).length, 1, line);
});
