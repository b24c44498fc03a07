import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import {
  agentOfKey,
  keepStatus,
  statusKeyOf,
  type StatusOptions,
} from "../../../src/agents/clone/status";
import type { SetOptions } from "../../../src/agents/clone/client/shared-map";
import type { AgentEvent } from "../../../src/agents/events";
import { isKey } from "../../../src/messages/clone/keys";
import type { JsonValue } from "../../../src/messages/json-value";

const options = { timeout: 240_000 };

/** A board that notes what is set, and confirms when it is told to. */
class NotedBoard {
  readonly posts: [key: string, value: JsonValue, ttlMs?: number][] = [];
  confirm: () => void = () => {};
  isSlow = false;

  set(key: string, value: JsonValue, { ttlMs }: SetOptions = {}): Promise<void> {
    this.posts.push([key, value, ttlMs]);
    if (!this.isSlow) return Promise.resolve();
    return new Promise((resolve) => (this.confirm = resolve));
  }

  /** What was set, in a few words. */
  get words(): string[] {
    return this.posts.map(([, value, ttlMs]) => {
      const { state, task, done } = value as { state: string; task?: string; done: number };
      return [state, task, done, ttlMs].filter((word) => word !== undefined).join(" ");
    });
  }
}

/** A keeper with time standing still; `tick` lets milliseconds pass, and what waits for them happen. */
function keep(t: TestContext, given?: StatusOptions) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const board = new NotedBoard();
  const onEvent = keepStatus(board, given);
  const report = async (event: object) => {
    onEvent({ agent: "Worker-1", at: 0, ...event } as AgentEvent);
    await setImmediate();
  };
  const tick = async (ms: number) => {
    t.mock.timers.tick(ms);
    await setImmediate();
  };
  return { board, report, tick };
}

const working = (data: string) => ({ type: "task-started", taskId: data, data });
const done = { type: "task-done", taskId: "a", result: "", failed: false };
const finished = { type: "finished", summary: { outcome: "complete" } };
const died = { type: "process-exited", code: null, signal: "SIGKILL" };

test("a state is posted, and again three times in its time to live", options, async (t) => {
  const { board, report, tick } = keep(t, { ttlMs: 300 });
  await report(working("a"));
  for (let n = 1; n <= 3; n++) await tick(100);
  assert.deepEqual(board.words, Array(4).fill("working a 0 300"));
  assert.equal(board.posts[0]![0], "/status/Worker-1");
  await report(done);
  await tick(100);
  assert.deepEqual(board.words.slice(4), ["waiting 1 300", "waiting 1 300"]);
});

test("the last word of one who has finished stays, and is not renewed", options, async (t) => {
  const { board, report, tick } = keep(t, { ttlMs: 300, keptMs: 5000 });
  await report(working("a"));
  await report(finished);
  await tick(1000);
  assert.deepEqual(board.words, ["working a 0 300", "complete 0 5000"]);
});

test("of one who died there is no word more", options, async (t) => {
  const { board, report, tick } = keep(t);
  await report(working("a"));
  await report(died);
  await tick(1000);
  assert.deepEqual(board.words, ["working a 0 1000"]);
});

test("what a slow server has not confirmed is skipped, but for the latest", options, async (t) => {
  const { board, report } = keep(t);
  board.isSlow = true;
  for (const data of ["a", "b", "c"]) await report(working(data));
  assert.deepEqual(board.words, ["working a 0 1000"]);
  board.confirm();
  await setImmediate();
  assert.deepEqual(board.words.slice(1), ["working c 0 1000"]);
});

test("a last word does not wait for a confirmation", options, async (t) => {
  const { board, report, tick } = keep(t);
  board.isSlow = true;
  await report(working("a"));
  await report(finished);
  assert.deepEqual(board.words, ["working a 0 1000", "complete 0 60000"]);
  board.confirm();
  await tick(1000);
  assert.equal(board.posts.length, 2);
});

test("a board that refuses or is gone does not disturb the agent", options, async () => {
  for (const set of [
    () => Promise.reject(new Error("full")),
    () => {
      throw new TypeError("no key");
    },
  ]) {
    keepStatus({ set })({ agent: "Worker-1", at: 0, ...finished } as AgentEvent);
    await setImmediate(); // an unhandled rejection would end this process
  }
});

test("after an abort nothing is posted or renewed", options, async (t) => {
  const stop = new AbortController();
  const { board, report, tick } = keep(t, { signal: stop.signal });
  await report(working("a"));
  stop.abort();
  await tick(1000);
  await report(done);
  await report(finished);
  assert.equal(board.posts.length, 1);
});

test("whatever an agent is called, there is a key for it", options, () => {
  const names = ["Worker-1", "a/b", "x=y", "\ud800", `a${"é".repeat(300)}`, "line\nbreak", ""];
  const keys = names.map(statusKeyOf);
  assert.deepEqual(keys.map(isKey), [true, true, true, true, true, true, false]); // no agent has no name
  assert.equal(keys[0], "/status/Worker-1");
  assert.deepEqual(keys.slice(0, 4).map(agentOfKey), ["Worker-1", "a/b", "x=y", "\ufffd"]);
  assert.match(agentOfKey(keys[4]!), /^a%C3%A9/); // cut in the middle of a character
});

test("times that make no sense are refused by name", options, () => {
  assert.throws(() => keepStatus(new NotedBoard(), { ttlMs: 0 }), /ttlMs/);
  assert.throws(() => keepStatus(new NotedBoard(), { keptMs: NaN }), /keptMs/);
});
