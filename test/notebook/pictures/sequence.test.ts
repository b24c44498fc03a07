import assert from "node:assert/strict";
import { test } from "node:test";
import { drawSequence } from "../../../src/notebook/pictures/sequence";
import { assertCrispPng } from "./png";
import { recordedRun } from "./recorded-events";
import { poolRun } from "./recorded-pool";

test("is a PNG whose text names the agents", { timeout: 240_000 }, async () => {
  const picture = await drawSequence(recordedRun());
  assertCrispPng(picture);
  assert.ok(picture.width < 950, `${picture.width} fits below a cell`);
  assert.equal(
    picture.text,
    "Sequence diagram. The messages between Generator, Worker-1, Worker-2, Collector.",
  );
});

test("grows with the messages it draws", { timeout: 240_000 }, async () => {
  const [few, many] = [
    await drawSequence(recordedRun(), { limit: 5 }),
    await drawSequence(recordedRun()),
  ];
  assert.ok(many.height > few.height + 400);
});

test("refuses what it cannot draw", { timeout: 240_000 }, async () => {
  await assert.rejects(drawSequence([]), /none of the events tells of a message/);
  await assert.rejects(drawSequence(recordedRun(), { limit: 0 }), /limit.*current value is 0/);
});

test("draws a pool, its crosses as well", { timeout: 240_000 }, async () => {
  const picture = await drawSequence(poolRun());
  assertCrispPng(picture);
  assert.equal(
    picture.text,
    "Sequence diagram. The messages between Client, Broker, Worker-1, Worker-2.",
  );
});

test("of one task it draws less", { timeout: 240_000 }, async () => {
  const all = await drawSequence(poolRun());
  const one = await drawSequence(poolRun(), { taskId: "id-1" });
  assert.ok(one.height < all.height - 100);
  const same = await drawSequence(recordedRun({ tasks: 1 }), {
    taskId: "00000000-0000-4000-8000-000000000001",
  });
  assert.equal(same.height, (await drawSequence(recordedRun({ tasks: 1 }))).height);
});
