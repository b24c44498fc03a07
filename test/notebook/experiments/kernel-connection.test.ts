import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connectionFile,
  kernelDiagram,
  kernelSockets,
  socketsIn,
} from "../../../src/notebook/experiments/kernel-connection";

const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
const key = "a-secret";

test("reads the five addresses, and leaves the key where it is", () => {
  const sockets = socketsIn(JSON.stringify({ transport: "tcp", ip: "127.0.0.1", key, ...ports }));
  assert.deepEqual(
    sockets.map(({ name, address }) => [name, address]),
    [
      ["shell", "tcp://127.0.0.1:1"],
      ["control", "tcp://127.0.0.1:4"],
      ["heartbeat", "tcp://127.0.0.1:5"],
      ["iopub", "tcp://127.0.0.1:2"],
      ["stdin", "tcp://127.0.0.1:3"],
    ],
  );
  assert.ok(!JSON.stringify(sockets).includes(key));
});

test("a kernel may listen on files as well", () => {
  const text = JSON.stringify({ transport: "ipc", ip: "/run/kernel", key, ...ports });
  assert.equal(socketsIn(text)[0]?.address, "ipc:///run/kernel-1");
});

test("finds the file on the command lines of our kernel and of tslab's", () => {
  assert.equal(connectionFile(["--config-path", "/a b/kernel.json"]), "/a b/kernel.json");
  assert.equal(connectionFile(["kernel", "--config-path=/kernel.json"]), "/kernel.json");
  assert.equal(connectionFile(["kernel", "--js", "--config-path", "k.json"]), "k.json");
  assert.equal(connectionFile([]), undefined);
});

test("without a kernel the error says so", () => {
  assert.throws(() => kernelSockets(), /without --config-path. Run this in a notebook/);
});

test("the diagram connects each of the five sockets once", () => {
  const { agents, flows } = kernelDiagram();
  assert.equal(flows.length, 5);
  for (const [agent, socket] of flows.flatMap(({ from, to }) => [...from, ...to])) {
    const found = agents.find(({ name }) => name === agent)?.sockets;
    assert.ok(
      found?.some(({ name }) => name === socket),
      `${agent} has no ${socket}`,
    );
  }
});
