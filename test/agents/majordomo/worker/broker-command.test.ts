import assert from "node:assert/strict";
import { test } from "node:test";
import { readBrokerCommand } from "../../../../src/agents/majordomo/worker/broker-command";
import {
  encodeClientCommand,
  encodeWorkerCommand,
  type Dialect,
  type WorkerCommand,
} from "../../../../src/messages/majordomo";

const dialects: Dialect[] = ["0.1", "0.2", "0.2-delimited"];
const body = [Buffer.from("body")];

for (const dialect of dialects) {
  const commands: WorkerCommand[] = [
    { type: "request", client: Buffer.from("client"), body },
    { type: "heartbeat" },
    { type: "disconnect" },
  ];
  for (const command of commands)
    test(`MDP ${dialect}: a ${command.type}`, () => {
      const frames = encodeWorkerCommand(dialect, command);
      assert.deepEqual(readBrokerCommand(frames, dialect), { ok: true, command });
    });

  for (const other of dialects.filter((name) => name !== dialect))
    test(`MDP ${dialect} does not take a command of MDP ${other}`, () => {
      const frames = encodeWorkerCommand(other, { type: "heartbeat" });
      const read = readBrokerCommand(frames, dialect);
      assert.ok(!read.ok);
      assert.equal(read.reason, `MDP ${other} for a worker: not ours`);
    });
}

const others: [what: string, frames: Buffer[], reason: RegExp][] = [
  ["nothing", [], /no header/],
  ["a READY", encodeWorkerCommand("0.2", { type: "ready", service: "work" }), /says no ready/],
  [
    "a client's answer",
    encodeClientCommand("0.2", { type: "final", service: "work", body }),
    /for a client: not ours/,
  ],
];

for (const [what, frames, reason] of others)
  test(`${what} is refused`, () => {
    const read = readBrokerCommand(frames, "0.2");
    assert.ok(!read.ok);
    assert.equal(read.code, "wrong-shape");
    assert.match(read.reason, reason);
  });
