import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkOrderAll,
  solveOrderAll,
  tryOrderAll,
  type OrderAll,
} from "../../../src/notebook/exercises/error-handling";
import type { ResultMessage } from "../../../src/messages/result-message";
import { createTaskMessage } from "../../../src/messages/task-message";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;
/** More patience than a reader gets: an answer that is prompt must be so on a busy machine as well. */
const slowly = [4000, 500] as const;

async function explain(orderAll: OrderAll): Promise<string> {
  const { passed, explanation } = await tryOrderAll(orderAll, ...slowly);
  assert.equal(passed, false);
  return explanation;
}

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkOrderAll(solveOrderAll);
  assert.match(written[0]!.data["text/markdown"]!, /✔.*Four orders, four results/);
});

test("the starting point passes with its one line in another place", { timeout }, async () => {
  const { passed, explanation } = await tryOrderAll(
    async (line, orders) => {
      const results = new Map<string, ResultMessage>();
      for (const order of orders) {
        const before = results.size;
        const task = createTaskMessage(order);
        while (results.size === before) {
          await line.send(task);
          const result = await line.receive();
          if (result) results.set(result.task_id, result);
        }
      }
      return [...results.values()];
    },
    ...slowly,
  );
  assert.equal(passed, true, explanation);
});

test("the starting point is told of the coffee that counts twice", { timeout }, async () => {
  const orderAll = startingPoint<OrderAll>("08-error-handling", "orderAll");
  const explanation = await explain(orderAll);
  assert.match(explanation, /coffee counts twice.*ids `\w{8}…` and `\w{8}…`.*there is no cake/);
});

test("who asks once and gives up is told that the answer may be late", { timeout }, async () => {
  const explanation = await explain(async (line, orders) => {
    const results: ResultMessage[] = [];
    for (const order of orders) {
      await line.send(createTaskMessage(order));
      const result = await line.receive();
      if (result) results.push(result);
    }
    return results;
  });
  assert.match(explanation, /no result for coffee: your client asked once and gave up/);
});

test("who asks once and waits is told that it cannot know", { timeout }, async () => {
  const explanation = await explain(async (line, orders) => {
    const results: ResultMessage[] = [];
    for (const order of orders) {
      await line.send(createTaskMessage(order));
      for (let result; !result; result = await line.receive()) if (result) results.push(result);
    }
    return results;
  });
  assert.match(explanation, /asked for coffee once and waits/);
});

test(
  "who sorts results by what was ordered is told what the bar has made",
  { timeout },
  async () => {
    const explanation = await explain(async (line, orders) => {
      const results = new Map<unknown, ResultMessage>();
      for (const order of orders)
        while (!results.has(`${order} is served`)) {
          await line.send(createTaskMessage(order));
          const result = await line.receive();
          if (result) results.set(result.result_data, result);
        }
      return [...results.values()];
    });
    assert.match(
      explanation,
      /your list is right.*coffee with 2 different ids.*those are 2 orders/,
    );
  },
);

test("who waits for the newest id only is told why it never ends", { timeout }, async () => {
  const explanation = await explain(async (line, orders) => {
    const results: ResultMessage[] = [];
    for (const order of orders)
      for (let answered = false; !answered;) {
        const task = createTaskMessage(order);
        await line.send(task);
        const result = await line.receive();
        answered = result?.task_id === task.task_id;
        if (result && answered) results.push(result);
      }
    return results;
  });
  assert.match(explanation, /asked for coffee with \d+ different ids.*no longer waited for/);
});

test("who keeps every answer is told that one may come twice", { timeout }, async () => {
  const explanation = await explain(async (line, orders) => {
    const results: ResultMessage[] = [];
    for (const order of orders) {
      const task = createTaskMessage(order);
      while (!results.some(({ task_id: taskId }) => taskId === task.task_id)) {
        await line.send(task);
        const result = await line.receive();
        if (result) results.push(result);
      }
    }
    return results;
  });
  assert.match(explanation, /coffee is in your list twice, both with the same id/);
});

test("nonsense is told what it is", { timeout }, async () => {
  const nonsense: [unknown, RegExp][] = [
    [() => Promise.reject(new Error("oops")), /threw: oops/],
    [() => new Promise(() => {}), /asks for nothing/],
    [() => 42, /did not return an array of results/],
    [() => [], /no result for coffee: your client never asked/],
    [undefined, /threw:/],
  ];
  for (const [orderAll, words] of nonsense)
    assert.match(await explain(orderAll as OrderAll), words);
});
