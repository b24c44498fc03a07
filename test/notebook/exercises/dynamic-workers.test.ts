import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkMajordomoHand,
  solveMajordomoHand,
  tryMajordomoHand,
} from "../../../src/notebook/exercises/dynamic-workers";
import type {
  MajordomoHand,
  WorkerKit,
} from "../../../src/notebook/exercises/dynamic-workers-trial";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const timeout = 60_000;
const [READY, REQUEST, FINAL, HEARTBEAT] = [1, 2, 4, 5].map((code) => Buffer.of(code)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

async function explain(worker: MajordomoHand): Promise<string> {
  const { passed, explanation } = await tryMajordomoHand(worker);
  assert.equal(passed, false, explanation);
  return explanation;
}

/** Serves; `around` does a task in its own way. */
async function serve(kit: WorkerKit, around: (task: () => Promise<void>) => Promise<void>) {
  const { broker, work } = kit;
  await broker.send(["MDPW02", READY, "work"]);
  for await (const [, command, client, , body] of broker) {
    if (!command!.equals(REQUEST)) continue;
    await around(async () => broker.send(["MDPW02", FINAL, client!, "", await work(body!)]));
  }
}

test("the solution passes, and the check says so", { timeout }, async (t) => {
  const written = pretendToBeKernel(t);
  await checkMajordomoHand(solveMajordomoHand);
  assert.match(written[0]?.data["text/markdown"] ?? "", /✔.*Three tasks, each done once/);
});

test(
  "the starting point is struck off in the long task, which is done twice",
  { timeout },
  async () => {
    const worker = startingPoint<MajordomoHand>("09-dynamic-workers", "myWorker");
    const explanation = await explain(worker);
    assert.match(explanation, /struck off as expired \(it was silent for over 300 ms\)/);
    assert.match(explanation, /while it worked on task 2/);
    assert.match(explanation, /did task 2 again, so it was done twice/);
  },
);

test("a heartbeat before each task is too few", { timeout }, async () => {
  const worker: MajordomoHand = (kit) =>
    serve(kit, async (task) => {
      await kit.broker.send(["MDPW02", HEARTBEAT]);
      await task();
    });
  assert.match(await explain(worker), /expired .* while it worked on task 2/);
});

test("a heart that beats only at work is missed in the pause", { timeout }, async () => {
  const worker: MajordomoHand = (kit) =>
    serve(kit, async (task) => {
      const heart = setInterval(() => void kit.broker.send(["MDPW02", HEARTBEAT]), kit.heartbeatMs);
      await task();
      clearInterval(heart);
    });
  assert.match(await explain(worker), /expired .* while it had nothing to do, before task 3/);
});

test("a heart that outlives its worker is heard", { timeout }, async () => {
  let heart: NodeJS.Timeout | undefined;
  const explanation = await explain((kit) => {
    heart = setInterval(() => void kit.broker.send(["MDPW02", HEARTBEAT]), kit.heartbeatMs);
    return serve(kit, (task) => task());
  });
  clearInterval(heart);
  assert.match(explanation, /beats on after its socket was closed/);
});

test(
  "0.1's code of a heartbeat is something else in 0.2, and the broker's words say so",
  { timeout },
  async () => {
    const explanation = await explain(async (kit) => {
      await kit.broker.send(["MDPW02", READY, "work"]);
      await kit.broker.send(["MDPW02", Buffer.of(4)]);
      for await (const frames of kit.broker) void frames;
    });
    assert.match(explanation, /struck your worker off: it sent what is malformed/);
  },
);

test(
  "who throws, returns, does nothing or keeps the answer gets that reason",
  { timeout: 240_000 },
  async () => {
    const throws: MajordomoHand = () => {
      throw new RangeError("no idea");
    };
    assert.match(await explain(throws), /threw an error: `RangeError: no idea`/);
    assert.match(await explain(async () => {}), /never heard a READY/);
    const goesHome: MajordomoHand = async ({ broker }) => {
      await broker.send(["MDPW02", READY, "work"]);
      for await (const [, command] of broker) if (command!.equals(REQUEST)) return;
    };
    assert.match(await explain(goesHome), /returned after 0 of 3 tasks/);
    const keeps: MajordomoHand = async ({ broker, work, heartbeatMs }) => {
      await broker.send(["MDPW02", READY, "work"]);
      const heart = setInterval(() => void broker.send(["MDPW02", HEARTBEAT]), heartbeatMs);
      for await (const [, command, , , body] of broker)
        if (command!.equals(REQUEST)) await work(body!);
      clearInterval(heart);
    };
    assert.match(await explain(keeps), /began with task 1, and its answer never came/);
  },
);
