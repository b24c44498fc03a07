import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestQueue, type Request } from "../../../../src/agents/majordomo/broker/request-queue";

let number = 0;

function request(clientName: string, receivedAt = 0): Request {
  const client = Buffer.from(clientName);
  const fixed = { dialect: "0.2" as const, service: "work", body: [], attempts: [], charges: 0 };
  return { number: ++number, client, clientName, receivedAt, ...fixed };
}

function queueOf(...requests: Request[]): RequestQueue {
  const queue = new RequestQueue();
  requests.forEach((request) => queue.add(request));
  return queue;
}

/** Takes all that may go out. */
function takeAll(queue: RequestQueue): Request[] {
  const taken: Request[] = [];
  for (let next = queue.take(); next; next = queue.take()) taken.push(next);
  return taken;
}

test("one client's requests come out as they went in", () => {
  const requests = Array.from({ length: 5 }, () => request("X"));
  const queue = queueOf(...requests);
  assert.equal(queue.size, 5);
  assert.deepEqual(takeAll(queue), requests);
  assert.equal(queue.size, 0);
});

test("clients take turns", () => {
  const [x1, x2, x3, y1, y2, z1] = ["X", "X", "X", "Y", "Y", "Z"].map((name) => request(name));
  const queue = queueOf(x1!, x2!, x3!, y1!, y2!, z1!);
  assert.deepEqual(takeAll(queue), [x1, y1, z1, x2, y2, x3]);
});

test("who comes new stands behind those who wait", () => {
  const [x1, x2, y1] = ["X", "X", "Y"].map((name) => request(name));
  const queue = queueOf(x1!, x2!);
  assert.equal(queue.take(), x1);
  queue.add(y1!);
  assert.deepEqual(takeAll(queue), [x2, y1]);
});

test("what came back goes out before what is new, in the order in which it came back", () => {
  const [fresh, back1, back2] = ["X", "Y", "X"].map((name) => request(name));
  const queue = queueOf(fresh!);
  queue.putBack(back1!, false);
  queue.putBack(back2!, false);
  assert.deepEqual(takeAll(queue), [back1, back2, fresh]);
});

test("a last chance goes out first, and alone of its kind until it is over", () => {
  const [fresh, back, last1, last2] = ["X", "X", "X", "X"].map((name) => request(name));
  const queue = queueOf(fresh!);
  queue.putBack(back!, false);
  queue.putBack(last1!, true);
  queue.putBack(last2!, true);
  assert.deepEqual(takeAll(queue), [last1, back, fresh]);
  assert.equal(queue.size, 1);
  queue.finish(back!);
  assert.equal(queue.take(), undefined);
  queue.finish(last1!);
  assert.equal(queue.take(), last2);
});

test("old requests of all kinds are taken out, the others stay in their order", () => {
  const old = [request("X", 1), request("Y", 2), request("X", 3), request("Z", 4)];
  const [fresh1, fresh2] = [request("X", 10), request("X", 11)];
  const queue = queueOf(old[0]!, old[1]!, fresh1, fresh2);
  queue.putBack(old[2]!, false);
  queue.putBack(old[3]!, true);
  const taken = queue.takeOlderThan(10);
  assert.deepEqual(new Set(taken), new Set(old));
  assert.equal(queue.size, 2);
  assert.deepEqual(takeAll(queue), [fresh1, fresh2]);
});

test("a client's requests of all kinds are taken out, those of others stay", () => {
  const [x1, x2, x3, y1, y2] = ["X", "X", "X", "Y", "Y"].map((name) => request(name));
  const queue = queueOf(x1!, y1!);
  queue.putBack(x2!, false);
  queue.putBack(y2!, false);
  queue.putBack(x3!, true);
  assert.deepEqual(new Set(queue.takeOf(Buffer.from("X"))), new Set([x1, x2, x3]));
  assert.equal(queue.size, 2);
  assert.deepEqual(takeAll(queue), [y2, y1]);
  assert.deepEqual(queue.takeOf(Buffer.from("X")), []);
});

test("addresses that are not text do not get mixed up", () => {
  const [first, second] = [Buffer.from([0, 0xff]), Buffer.from([0, 0xfe])];
  const queue = queueOf({ ...request("X"), client: first }, { ...request("X"), client: second });
  assert.equal(queue.takeOf(first).length, 1);
  assert.equal(queue.size, 1);
});
