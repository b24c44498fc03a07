import assert from "node:assert/strict";
import { test } from "node:test";
import {
  LastValues,
  type UpdateFrames,
} from "../../../../src/agents/broadcast/last-value-cache/last-values";

const frames = (topic: string, body: string): UpdateFrames => [
  Buffer.from(topic),
  Buffer.from(body),
];

const from = (publisher_id: string, sequence: number, timestamp = 0) => ({
  publisher_id,
  sequence,
  timestamp,
});

/** Keeps these, in order: "a.=1". */
function kept(...updates: string[]): LastValues {
  const values = new LastValues(1000);
  for (const [index, update] of updates.entries()) {
    const [topic, body] = update.split("=");
    values.keep(topic!, from("p", index + 1), frames(topic!, body!));
  }
  return values;
}

const found = (values: LastValues, ...prefixes: (string | Buffer)[]) =>
  values
    .startingWith(prefixes.map((prefix) => Buffer.from(prefix as string)))
    .map((update) => update.join("="));

test("the last one of each topic", () => {
  const values = kept("a.=1", "b.=1", "a.=2");
  assert.equal(values.size, 2);
  assert.deepEqual(found(values, ""), ["a.=2", "b.=1"]);
});

test("what another cache repeats is not the last one", () => {
  const values = new LastValues(1000);
  values.keep("a.", from("p", 5, 50), frames("a.", "5"));
  values.keep("a.", from("p", 4, 40), frames("a.", "4"));
  assert.deepEqual(found(values, ""), ["a.=5"]);
  values.keep("a.", from("q", 1, 49), frames("a.", "of the other, earlier"));
  assert.deepEqual(found(values, ""), ["a.=5"]);
  values.keep("a.", from("q", 2, 51), frames("a.", "of the other, later"));
  assert.deepEqual(found(values, ""), ["a.=of the other, later"]);
});

test("by the first bytes of the topic, as PUB/SUB compares", () => {
  const values = kept("status.Worker-1=1", "status.Worker-10=2", "found.=3", "ü=4");
  assert.deepEqual(found(values, "status.Worker-1"), ["status.Worker-1=1", "status.Worker-10=2"]);
  assert.deepEqual(found(values, "found.more"), []);
  assert.deepEqual(found(values, Buffer.of(0xc3)), ["ü=4"]);
});

test("for several who ask, each topic once", () => {
  const values = kept("a.=1", "ab=2", "c.=3");
  assert.deepEqual(found(values, "a", "a.", "c", "x"), ["a.=1", "ab=2", "c.=3"]);
  assert.deepEqual(found(values), []);
});

test("keeps no topic too many, and goes on with those it has", () => {
  const values = new LastValues(1);
  assert.equal(values.keep("a.", from("p", 1), frames("a.", "1")), true);
  assert.equal(values.keep("b.", from("p", 2), frames("b.", "1")), false);
  assert.equal(values.keep("a.", from("p", 3), frames("a.", "2")), true);
  assert.deepEqual(found(values, ""), ["a.=2"]);
});
