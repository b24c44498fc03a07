import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../../../src/agents/majordomo/broker/request-queue";
import {
  keyOf,
  nameOf,
  WorkerRegistry,
  type RegisteredWorker,
} from "../../../../src/agents/majordomo/broker/worker-registry";

function worker(name: string, service = "work", heardAt = 0): RegisteredWorker {
  return { address: Buffer.from(name), name, service, dialect: "0.2", heardAt };
}

function registryOf(...workers: RegisteredWorker[]): WorkerRegistry {
  const registry = new WorkerRegistry();
  workers.forEach((worker) => registry.add(worker));
  return registry;
}

const limits = { silenceMs: 100, busySilenceMs: 200, requestTimeoutMs: 1000 };
const held = (since: number) => ({ request: {} as Request, since, started: false });

test("a worker is found by the bytes of its address", () => {
  const a = worker("A");
  const registry = registryOf(a);
  assert.equal(registry.get(Buffer.from("A")), a);
  assert.equal(registry.get(Buffer.from("B")), undefined);
  assert.notEqual(keyOf(Buffer.from([255])), keyOf(Buffer.from([254])));
});

test("idle workers are taken in the order in which they became idle", () => {
  const [a, b, c] = ["A", "B", "C"].map((name) => worker(name));
  const registry = registryOf(a!, b!, c!);
  assert.equal(registry.takeIdle("work"), a);
  assert.equal(registry.takeIdle("work"), b);
  registry.release(b!);
  registry.release(a!);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => registry.takeIdle("work")?.name),
    ["C", "B", "A", undefined],
  );
  assert.equal(registry.hasIdle("work"), false);
});

test("who is released holds nothing any more", () => {
  const a = worker("A");
  const registry = registryOf(a);
  registry.takeIdle("work");
  a.task = held(0);
  registry.release(a);
  assert.equal(a.task, undefined);
});

test("each service has its own workers", () => {
  const registry = registryOf(worker("A", "one"), worker("B", "one"), worker("C", "two"));
  assert.deepEqual(
    ["one", "two", "three"].map((service) => registry.count(service)),
    [2, 1, 0],
  );
  assert.equal(registry.takeIdle("two")?.name, "C");
  assert.equal(registry.takeIdle("two"), undefined);
  assert.equal(registry.count("two"), 1);
  assert.equal(registry.takeIdle("three"), undefined);
});

test("who is struck off is gone everywhere, idle or not; twice does no harm", () => {
  const [a, b] = [worker("A"), worker("B")];
  const registry = registryOf(a, b);
  registry.takeIdle("work");
  for (const gone of [a, b, b]) registry.remove(gone);
  assert.deepEqual(
    [registry.size, registry.count("work"), registry.hasIdle("work")],
    [0, 0, false],
  );
  assert.deepEqual([...registry.all()], []);
});

test("everybody over a limit is listed, wherever in the line", () => {
  const workers = ["A", "B", "C", "D", "E", "F"].map((name) => worker(name));
  const registry = registryOf(...workers);
  const [, b, c, d, e, f] = workers;
  c!.heardAt = 1000; // heard in time
  for (const busy of [d!, e!, f!]) busy.task = held(0);
  e!.heardAt = f!.heardAt = 1000;
  f!.task = held(500);
  b!.heardAt = 901; // at the limit is not over it
  assert.deepEqual(
    registry.listOverdue(1001, limits).map(({ worker, ...why }) => [worker.name, why]),
    [
      ["A", { parting: "expired", reason: "it was silent for over 100 ms" }],
      ["D", { parting: "expired", reason: "it was silent for over 200 ms" }],
      ["E", { parting: "timed-out", reason: "it took over 1000 ms" }],
    ],
  );
});

test("what is excused counts against nobody, and reaches no further than now", () => {
  const [a, b] = [worker("A", "work", 0), worker("B", "work", 950)];
  const registry = registryOf(a, b);
  b.task = held(100);
  registry.excuse(900, 1000);
  assert.deepEqual([a.heardAt, b.heardAt, b.task.since], [900, 1000, 1000]);
});

test("a name is the text that a peer chose, or the bytes that libzmq made up", () => {
  assert.equal(nameOf(Buffer.from("Worker-1")), "Worker-1");
  assert.equal(nameOf(Buffer.from([0, 0x6b, 0x8b, 0x45, 0x67])), "0x006b8b4567");
  assert.equal(nameOf(Buffer.from("a b")), "0x612062");
  assert.equal(nameOf(Buffer.from("a\u001b[31m")), "0x611b5b33316d");
});
