import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { majordomoFlag } from "../../../src/agents/majordomo/flags";

const flags = Object.entries(majordomoFlag);

/** What a program with all these flags reads. */
function read(...texts: string[]): Record<string, unknown> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const [, option] of flags) program.addOption(option);
  return program.parse(texts, { from: "user" }).opts();
}

test("each flag sets the option of its name", () => {
  for (const [name, option] of flags) assert.equal(option.attributeName(), name);
});

test("each flag says what it is for", () => {
  for (const [name, { description }] of flags) assert.match(description, /\w+ \w+/, name);
});

test("the defaults are those of the agents: the Guide's heartbeats, a minute for work", () => {
  const { heartbeatMs, liveness, requestTimeoutMs, serviceTimeoutMs, maxAttempts } = read();
  assert.deepEqual([heartbeatMs, liveness, maxAttempts], [2500, 3, 3]);
  assert.deepEqual([requestTimeoutMs, serviceTimeoutMs], [60_000, 60_000]);
  assert.equal(read().taskTimeoutMs, 300_000);
  assert.equal(read().busySilenceMs, undefined);
});

test("numbers are numbers", () => {
  const texts = ["--heartbeat-ms", "100", "--liveness", "5", "--busy-silence-ms", "0.5"];
  const { heartbeatMs, liveness, busySilenceMs } = read(...texts);
  assert.deepEqual([heartbeatMs, liveness, busySilenceMs], [100, 5, 0.5]);
});

const mistakes: [flag: string, text: string, complaint: RegExp][] = [
  ["--heartbeat-ms", "soon", /must be milliseconds/],
  ["--liveness", "1.5", /must be a whole number/],
  ["--busy-silence-ms", "-1", /must be milliseconds/],
  ["--dialect", "0.3", /Allowed choices are 0\.1, 0\.2, 0\.2-delimited/],
];

for (const [flag, text, complaint] of mistakes)
  test(`${flag} ${text} is refused`, () => assert.throws(() => read(flag, text), complaint));

test("the broker's address may come from the environment", (t) => {
  const before = process.env.BROKER_ADDR;
  t.after(() => {
    if (before === undefined) delete process.env.BROKER_ADDR;
    else process.env.BROKER_ADDR = before;
  });
  process.env.BROKER_ADDR = "tcp://127.0.0.1:1";
  assert.equal(read().brokerAddr, "tcp://127.0.0.1:1");
  assert.equal(read("--broker-addr", "tcp://127.0.0.1:2").brokerAddr, "tcp://127.0.0.1:2");
});
