import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { broadcastFlag } from "../../../src/agents/broadcast/flags";
import { BROADCAST_ADDR, LAST_VALUE_ADDR } from "../../../src/transport/addresses";

const { publisherAddrs, topics, updatesToHear, ...publisherAndCache } = broadcastFlag;
const { broadcastAddr, updates, topic, ...subscriber } = broadcastFlag;
const sets = { publisher: publisherAndCache, subscriber };

/** What a program with the flags of one of these reads. */
function read(name: keyof typeof sets, ...texts: string[]): Record<string, unknown> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of Object.values(sets[name])) program.addOption(option);
  return program.parse(texts, { from: "user" }).opts();
}

test("each flag sets the option of its name", () => {
  for (const [name, option] of Object.entries(publisherAndCache))
    assert.equal(option.attributeName(), name);
  assert.equal(publisherAddrs.attributeName(), broadcastAddr.attributeName());
  assert.equal(updatesToHear.attributeName(), updates.attributeName());
  assert.equal(topics.attributeName(), topic.attributeName());
});

test("each flag says what it is for", () => {
  for (const [name, { description }] of Object.entries(broadcastFlag))
    assert.match(description, /\w+ \w+/, name);
});

test("the defaults are those of the demonstration; a subscriber hears all, for ever", () => {
  const given = read("publisher");
  assert.deepEqual(
    [given.topic, given.updates, given.pauseMs, given.subscribers, given.maxTopics],
    ["status.Generator", 10, 100, 0, 10_000],
  );
  assert.deepEqual([given.broadcastAddr, given.lastValueAddr], [BROADCAST_ADDR, LAST_VALUE_ADDR]);
  const heard = read("subscriber");
  assert.deepEqual([heard.topic, heard.updates, heard.maxLagMs], [undefined, undefined, undefined]);
  assert.equal(heard.broadcastAddr, BROADCAST_ADDR);
});

test("numbers are numbers; topics and addresses of a subscriber may be many", () => {
  const texts = ["--updates", "3", "--max-lag-ms", "0.5", "--topic", "a.", "b."];
  const given = read("subscriber", ...texts, "--broadcast-addr", "tcp://a:1", "tcp://b:2");
  assert.deepEqual([given.updates, given.maxLagMs], [3, 0.5]);
  assert.deepEqual(given.topic, ["a.", "b."]);
  assert.deepEqual(given.broadcastAddr, ["tcp://a:1", "tcp://b:2"]);
});

const mistakes: [flag: string, text: string, complaint: RegExp][] = [
  ["--updates", "many", /must be a whole number/],
  ["--max-lag-ms", "soon", /must be milliseconds/],
  ["--subscribers", "-1", /must be a whole number/],
];
for (const [flag, text, complaint] of mistakes)
  test(`${flag} ${text} is refused`, () =>
    assert.throws(
      () => read(flag === "--subscribers" ? "publisher" : "subscriber", flag, text),
      complaint,
    ));

test("an address may come from the environment", (t) => {
  const before = process.env.BROADCAST_ADDR;
  t.after(() => {
    if (before === undefined) delete process.env.BROADCAST_ADDR;
    else process.env.BROADCAST_ADDR = before;
  });
  process.env.BROADCAST_ADDR = "tcp://127.0.0.1:1";
  assert.equal(read("publisher").broadcastAddr, "tcp://127.0.0.1:1");
  assert.deepEqual([read("subscriber").broadcastAddr].flat(), ["tcp://127.0.0.1:1"]);
});
