import assert from "node:assert/strict";
import { test } from "node:test";
import {
  startOpenAIServer,
  type ChatRecord,
} from "../../../src/notebook/experiments/openai-server";

const timeout = 60_000;

function ask(baseURL: string, content: string, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ model: "tiny", messages: [{ role: "user", content }] });
  const headers = { authorization: "Bearer hidden-key" };
  return fetch(`${baseURL}/chat/completions`, { method: "POST", body, headers, signal });
}

test("it streams what its script says, and counts what is paid", { timeout }, async (t) => {
  const server = await startOpenAIServer(
    ({ attempt, text }) =>
      attempt === 1 ? { kind: "status", status: 500 } : { kind: "answer", text: `${text}, done` },
    { taskOf: (text) => text.split(" ")[0]! },
  );
  t.after(() => server.close());
  assert.equal((await ask(server.baseURL, "task-1 a")).status, 500);
  assert.equal(server.paidAnswers("task-1"), 0);
  const stream = await (await ask(server.baseURL, "task-1 b")).text();
  const events = stream.split("\n\n").map((line) => line.replace("data: ", ""));
  assert.equal(events.at(-2), "[DONE]");
  assert.deepEqual(
    server.records.map(({ task, attempt, kind, outcome, hadKey }) => [
      task,
      attempt,
      kind,
      outcome,
      hadKey,
    ]),
    [
      ["task-1", 1, "status", "whole", true],
      ["task-1", 2, "answer", "whole", true],
    ],
  );
  assert.equal(server.paidAnswers("task-1"), 1);
  assert.ok(!JSON.stringify(server.records).includes("hidden"));
});

test("it sees when somebody hangs up", { timeout }, async (t) => {
  const stop = new AbortController();
  let onEnded: (record: ChatRecord) => void = () => {};
  const ended = new Promise<ChatRecord>((resolve) => (onEnded = resolve));
  const server = await startOpenAIServer(() => ({ kind: "stall", text: "Ten" }), {
    onEnded: (record) => onEnded(record),
  });
  t.after(() => server.close());
  const response = await ask(server.baseURL, "task", stop.signal);
  assert.equal(response.status, 200);
  stop.abort();
  assert.equal((await ended).outcome, "aborted");
  assert.equal(server.paidAnswers("task"), 0);
});
