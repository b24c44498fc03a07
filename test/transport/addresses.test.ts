import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkAddress,
  CONTROL_SYNC_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
} from "../../src/transport/addresses";

const good = [
  TASK_VENTILATOR_ADDR,
  RESULT_COLLECTOR_ADDR,
  CONTROL_SYNC_ADDR,
  "tcp://*:5557",
  "tcp://127.0.0.1:*",
  "tcp://localhost:65535",
  "tcp://my-host.example.org:1",
  "tcp://eth0:5557",
  "tcp://[::1]:5557",
  "tcp://[fe80::1%eth0]:5557",
  "ipc:///tmp/tasks",
];

for (const address of good)
  test(`takes ${address}`, () => assert.doesNotThrow(() => checkAddress("anAddr", address)));

const bad = [
  "",
  "5557",
  "127.0.0.1:5557",
  "http://127.0.0.1:5557",
  "tcp://127.0.0.1",
  "tcp://127.0.0.1:",
  "tcp://:5557",
  "tcp://127.0.0.1:0",
  "tcp://127.0.0.1:65536",
  "tcp://127.0.0.1:port",
  "tcp://127.0.0.1:5557/path",
  "tcp://127.0.0.1:5557 ",
  "tcp://my host:5557",
  "tcp://::1:5557",
  "ipc://",
  "inproc://tasks",
];

for (const address of bad)
  test(`refuses "${address}"`, () =>
    assert.throws(() => checkAddress("anAddr", address), {
      name: "TypeError",
      message:
        "Cannot use anAddr as it must look like tcp://127.0.0.1:5557 or ipc:///tmp/name: " +
        `current value is ${JSON.stringify(address)}`,
    }));

test("what is no text at all is refused in the same words", () =>
  assert.throws(() => checkAddress("anAddr", 5557 as unknown as string), /anAddr.*is 5557$/));
