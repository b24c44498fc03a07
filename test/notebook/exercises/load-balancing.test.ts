import assert from "node:assert/strict";
import { test } from "node:test";
import type { Router } from "zeromq";
import type { MiniBroker } from "../../../src/notebook/experiments/broker-trial";
import {
  checkFairBroker,
  solveFairBroker,
  tryFairBroker,
} from "../../../src/notebook/exercises/load-balancing";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;

/** A broker like the reader's, with a way of its own to take workers and tasks. */
function brokerThat(
  takes: (idle: Buffer[], waiting: Buffer[], known: Buffer[]) => Buffer[],
): MiniBroker {
  return async (router: Router) => {
    const [idle, waiting, known]: Buffer[][] = [[], [], []];
    for await (const [sender, word, task] of router) {
      if (String(word) === "READY") {
        idle!.push(sender!);
        if (!known!.some((one) => one.equals(sender!))) known!.push(sender!);
      } else waiting!.push(task!);
      while (idle!.length > 0 && waiting!.length > 0)
        await router.send(takes(idle!, waiting!, known!));
    }
  };
}

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkFairBroker(solveFairBroker);
  assert.match(written[0]?.data["text/markdown"] ?? "", /✔.*each of the three workers did four/);
});

test("the starting point is told who waited for how many tasks", { timeout }, async () => {
  const { passed, explanation } = await tryFairBroker(
    startingPoint<MiniBroker>("10-load-balancing", "serve"),
  );
  assert.equal(passed, false);
  assert.match(
    explanation,
    /^Worker-1 and Worker-2 waited for 12 tasks while Worker-3 got all of them/,
  );
});

const goesRound: MiniBroker = (router) => {
  let turn = 0;
  return brokerThat((_, waiting, known) => [known[turn++ % known.length]!, waiting.shift()!])(
    router,
  );
};

const changesItsMind: MiniBroker = (router) => {
  let turn = 0;
  return brokerThat((idle, waiting) => [idle.splice(++turn % 2, 1)[0]!, waiting.shift()!])(router);
};

const wrong: [name: string, broker: MiniBroker, words: RegExp][] = [
  [
    "takes the first worker and leaves it in the line",
    brokerThat((idle, waiting) => [idle[0]!, waiting.shift()!]),
    /Worker-2 and Worker-3 waited for 12 tasks while Worker-1 got all of them/,
  ],
  [
    "lets the newest task go first",
    brokerThat((idle, waiting) => [idle.shift()!, waiting.pop()!]),
    /^Rush_6 overtook Rush_4/,
  ],
  [
    "goes round, whoever is idle",
    goesRound,
    /^Worker-1 got Rush_4 while it was still working on Rush_1/,
  ],
  ["changes its mind", changesItsMind, /^Task_1 went to Worker-2, but Worker-1 had waited longer/],
  [
    "forgets the address",
    brokerThat((idle, waiting) => (idle.shift(), [waiting.shift()!])),
    /Task_1 came to none of them. Does what you send begin with the address/,
  ],
  [
    "sends a frame too many",
    brokerThat((idle, waiting) => [idle.shift()!, Buffer.from("TASK"), waiting.shift()!]),
    /got 2 frames: `TASK`, `Task_1`/,
  ],
  [
    "sends to somebody who is not there",
    brokerThat((_, waiting) => [Buffer.from("Worker-9"), waiting.shift()!]),
    /threw an error after 4 messages: .*unreachable/i,
  ],
  [
    "takes one message",
    async (router) => void (await router.receive()),
    /returned after 1 message\. It has to go on/,
  ],
  ["never receives", () => new Promise(() => {}), /did not go on to receive/],
  [
    "throws at once",
    () => {
      throw new Error("no idea");
    },
    /threw an error after 0 messages: .*no idea/,
  ],
];

for (const [name, broker, words] of wrong) {
  test(`a broker that ${name} is told so`, { timeout }, async () => {
    const { passed, explanation } = await tryFairBroker(broker);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}
