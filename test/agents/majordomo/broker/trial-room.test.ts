import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../../../src/agents/majordomo/broker/request-queue";
import { TrialRoom } from "../../../../src/agents/majordomo/broker/trial-room";
import {
  WorkerRegistry,
  type RegisteredWorker,
} from "../../../../src/agents/majordomo/broker/worker-registry";

/** Worker-1 and Worker-2, with two registrations each, and a worker of another make. */
function setUp() {
  const registry = new WorkerRegistry();
  const room = new TrialRoom(registry);
  const names = ["Worker-1-0000000a", "Worker-2-0000000a", "Worker-1-0000000b", "other-1"];
  const workers = [...names, "Worker-2-0000000b"].map((name): RegisteredWorker => ({
    ...{ address: Buffer.from(name), name, service: "work", dialect: "0.2", heardAt: 0 },
  }));
  for (const worker of workers) {
    registry.add(worker);
    room.join(worker);
  }
  const [a1, a2, b1, other, b2] = workers as [RegisteredWorker, ...RegisteredWorker[]];
  return { registry, room, a1, a2: b1!, b1: a2!, b2: b2!, other: other! };
}

function give(registry: WorkerRegistry, worker: RegisteredWorker): void {
  registry.setAside(worker);
  worker.task = { request: {} as Request, since: 0, started: false };
}

const idle = (registry: WorkerRegistry) =>
  [...registry.listIdle("work")].map(({ name }) => name).sort();

test("a suspect goes to the worker that has waited longest of those whose process holds nothing", () => {
  const { registry, room, a1, b1, b2, other } = setUp();
  give(registry, a1);
  assert.equal(room.takeWorker("work"), b1);
  assert.deepEqual(idle(registry), ["Worker-1-0000000b", other.name]);
  give(registry, b1);
  room.open("work");
  assert.deepEqual(idle(registry), ["Worker-1-0000000b", "Worker-2-0000000b", other.name]);
  assert.equal(b2.task, undefined);
});

test("while every process holds something, one gets no more, until it holds nothing", () => {
  const { registry, room, a1, a2, b1, b2, other } = setUp();
  for (const worker of [a1, b1, other]) give(registry, worker);
  assert.equal(room.takeWorker("work"), undefined);
  assert.deepEqual(idle(registry), [b2.name]);
  give(registry, b2);
  registry.release(b2);
  assert.equal(room.takeWorker("work"), undefined);
  assert.deepEqual(idle(registry), [b2.name]);
  registry.release(a1);
  assert.ok([a1, a2].includes(room.takeWorker("work")!));
  assert.deepEqual(idle(registry), [b2.name]);
});

test("when the process that was to become free is lost, another is chosen", () => {
  const { registry, room, a1, a2, b1, b2, other } = setUp();
  for (const worker of [a1, b1, other]) give(registry, worker);
  room.takeWorker("work");
  for (const worker of [a1, a2]) {
    registry.remove(worker);
    room.leave(worker);
  }
  assert.equal(room.takeWorker("work"), undefined);
  assert.deepEqual(idle(registry), []);
  registry.release(b1);
  assert.ok([b1, b2].includes(room.takeWorker("work")!));
});

test("when one of a process was lost, nobody is tried by the others before they are heard again", () => {
  const { registry, room, a1, a2, b1, other } = setUp();
  give(registry, b1);
  give(registry, other);
  registry.remove(a1);
  room.leave(a1, 5);
  assert.equal(room.takeWorker("work"), undefined);
  a2.heardAt = 6;
  assert.equal(room.takeWorker("work"), a2);
});

test("who has left in peace casts no doubt upon the others", () => {
  const { registry, room, a1, a2 } = setUp();
  registry.remove(a1);
  room.leave(a1);
  for (const worker of registry.all()) if (worker !== a2) give(registry, worker);
  assert.equal(room.takeWorker("work"), a2);
});

test("only what a process holds together is shared, and remains so", () => {
  const { registry, room, a1, a2, b1 } = setUp();
  const shared = () => [a1, a2, b1].map(({ task }) => task?.isShared ?? false);
  for (const worker of [a1, b1]) {
    give(registry, worker);
    room.share(worker);
  }
  assert.deepEqual(shared(), [false, false, false]);
  give(registry, a2);
  room.share(a2);
  assert.deepEqual(shared(), [true, true, false]);
  registry.release(a1);
  assert.deepEqual(shared(), [false, true, false]);
});

test("a service without workers has no room", () => {
  const { registry, room } = setUp();
  assert.equal(room.takeWorker("else"), undefined);
  room.open("else");
  assert.equal(registry.hasIdle("work"), true);
});
