import assert from "node:assert/strict";
import { test } from "node:test";
import { hearsStart, parseSubscription } from "../../src/messages/start-signal";

test("reads who subscribes and who leaves", () => {
  assert.deepEqual(parseSubscription(Buffer.from("\x01START")), {
    subscribed: true,
    topic: "START",
  });
  assert.deepEqual(parseSubscription(Buffer.from("\x00START")), {
    subscribed: false,
    topic: "START",
  });
  assert.deepEqual(parseSubscription(Buffer.from("\x01")), { subscribed: true, topic: "" });
});

test("any other frame is no subscription", () => {
  for (const frame of [Buffer.alloc(0), Buffer.from("START"), Buffer.from([2, 65])])
    assert.equal(parseSubscription(frame), undefined);
});

test("every prefix of START hears it, and nothing else does", () => {
  const hears = (topic: string) => hearsStart({ subscribed: true, topic });
  for (const topic of ["START", "STAR", "S", ""]) assert.equal(hears(topic), true, topic);
  for (const topic of ["STARTLED", "start", "STOP", " START"])
    assert.equal(hears(topic), false, topic);
});
