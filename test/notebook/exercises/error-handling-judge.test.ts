import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeOrders } from "../../../src/notebook/exercises/error-handling-judge";

const orders = ["coffee", "tea"];
const asked = (...requests: [order: string, taskId: string][]) => ({
  orders,
  requests: requests.map(([order, taskId]) => ({ order, taskId })),
});
const results = (...taskIds: string[]) => ({
  how: "returned" as const,
  value: taskIds.map((taskId) => ({ task_id: taskId })),
});

test("one result an order passes, however often it was asked for", { timeout: 240_000 }, () => {
  const books = asked(["coffee", "a"], ["coffee", "a"], ["tea", "b"]);
  assert.equal(judgeOrders(books, results("a", "b")).passed, true);
});

test("each way to be wrong has words of its own", { timeout: 240_000 }, () => {
  const twoIds = asked(["coffee", "a"], ["coffee", "b"], ["tea", "c"]);
  const explanations = [
    judgeOrders(twoIds, results("a", "b")),
    judgeOrders(twoIds, results("a", "a", "c")),
    judgeOrders(twoIds, results("a", "c")),
    judgeOrders(twoIds, results("a", "c", "z")),
    judgeOrders(twoIds, { how: "stuck" }),
    judgeOrders(twoIds, { how: "endless" }),
  ].map(({ explanation }) => explanation);
  assert.equal(new Set(explanations).size, explanations.length);
  assert.match(explanations[0]!, /And there is no tea\./);
  assert.match(explanations[3]!, /an id that your client never asked with/);
});
