import assert from "node:assert/strict";
import { test } from "node:test";
import type { Blame } from "../../../../src/agents/majordomo/broker/blame";
import {
  RequestDesk,
  type RequestPolicy,
} from "../../../../src/agents/majordomo/broker/request-desk";
import type { Request } from "../../../../src/agents/majordomo/broker/request-queue";
import { jsonCodec } from "../../../../src/messages/codecs/json";
import { readRefusal } from "../../../../src/messages/dead-letter";
import type { ResultMessage } from "../../../../src/messages/result-message";

const policy: RequestPolicy = {
  codec: jsonCodec,
  maxAttempts: 3,
  maxDeliveries: 20,
  serviceTimeoutMs: 1000,
  maxRequests: 100,
  maxFrameBytes: 1000,
};

const task = (id: string) => JSON.stringify({ task_id: id, data: null, timestamp: 0 });

/** A desk whose answers and events are kept. */
class Bench {
  readonly answers: [request: number, body: string][] = [];
  readonly events: string[] = [];
  readonly desk: RequestDesk;

  constructor(given: Partial<RequestPolicy> = {}) {
    const answer = ({ number }: Request, body: Buffer[]) =>
      this.answers.push([number, String(body[0])]);
    const settings = { ...policy, ...given };
    this.desk = new RequestDesk(settings, { answer, report: ({ type }) => this.events.push(type) });
  }

  receive(text: string, receivedAt = 0, service = "work", clientName = "X"): void {
    const [client, body] = [Buffer.from(clientName), [Buffer.from(text)]];
    this.desk.receive({ client, clientName, dialect: "0.2", service, body, receivedAt });
  }

  /** Takes out the next request; fails if there is none. */
  take(service = "work"): Request {
    const request = this.desk.take(service);
    assert.ok(request, `no request for ${service}`);
    return request;
  }

  lose(request: Request, blame: Blame = "certain", at = 0): void {
    const attempt = { at, worker: "A", reason: "it left", started: blame === "certain" };
    this.desk.putBack(request, attempt, blame);
  }

  /** What was refused: which request, which task, why. */
  refusals(): unknown[][] {
    return this.answers.map(([request, body]) => {
      const result = JSON.parse(body) as ResultMessage;
      return [request, result.task_id, readRefusal(result)?.name];
    });
  }
}

test("a request is received, taken and answered; its body is nobody's business", () => {
  const bench = new Bench();
  bench.receive("no task");
  const request = bench.take();
  assert.deepEqual([request.number, String(request.body[0])], [1, "no task"]);
  assert.equal(bench.desk.take("work"), undefined);
  assert.equal(bench.desk.unanswered, 1);
  bench.desk.finish(request, [Buffer.from("done")]);
  assert.deepEqual(bench.answers, [[1, "done"]]);
  assert.equal(bench.desk.unanswered, 0);
  assert.deepEqual(bench.events, ["request-received"]);
});

test("what came back goes out again, and is given up when it has cost too many", () => {
  const bench = new Bench();
  bench.receive(task("t1"));
  for (let n = 0; n < 3; n++) bench.lose(bench.take());
  assert.deepEqual(bench.refusals(), [[1, "t1", "DeadLetter"]]);
  assert.deepEqual(bench.desk.counters, {
    requests: 1,
    answered: 0,
    redelivered: 2,
    deadLetters: 1,
    refused: 0,
    cancelled: 0,
  });
  const received = ["request-received", "request-redelivered", "request-redelivered"];
  assert.deepEqual(bench.events, [...received, "request-given-up"]);
});

test("who is lost without a charge counts as a delivery", () => {
  const bench = new Bench({ maxDeliveries: 4 });
  bench.receive(task("t1"));
  for (let n = 0; n < 4; n++) bench.lose(bench.take(), "none");
  assert.deepEqual(bench.refusals(), [[1, "t1", "DeadLetter"]]);
});

test("what could not be sent counts for nothing", () => {
  const bench = new Bench({ maxDeliveries: 1 });
  bench.receive(task("t1"));
  for (let n = 0; n < 100; n++) bench.desk.takeBack(bench.take(), 0);
  assert.deepEqual(bench.take().attempts, []);
  assert.equal(bench.desk.counters.redelivered, 0);
});

test("a suspect goes out alone, also when it could not be sent at first", () => {
  const bench = new Bench({ maxAttempts: 2 });
  for (const id of ["t1", "t2"]) bench.receive(task(id));
  for (const request of [bench.take(), bench.take()]) bench.lose(request);
  const first = bench.take();
  assert.equal(bench.desk.take("work"), undefined);
  bench.desk.takeBack(first, 0);
  const next = bench.take();
  assert.equal(bench.desk.take("work"), undefined);
  bench.desk.finish(next, [Buffer.from("done")]);
  bench.lose(bench.take());
  assert.equal(bench.desk.unanswered, 0);
});

test("a loss that may be another's fault counts once the request is alone", () => {
  const bench = new Bench({ maxAttempts: 3 });
  for (const id of ["t1", "t2"]) bench.receive(task(id));
  for (let loss = 1; loss <= 2; loss++) {
    const together = [bench.take(), bench.take()];
    for (const request of together) bench.lose(request, "possible");
  }
  const innocent = bench.take(); // alone from now on
  assert.equal(bench.desk.take("work"), undefined);
  bench.desk.finish(innocent, [Buffer.from("{}")]);
  bench.answers.length = 0;
  for (let loss = 3; loss <= 5; loss++) {
    assert.deepEqual(bench.refusals(), []);
    bench.lose(bench.take(), "possible");
  }
  assert.deepEqual(bench.refusals(), [[2, "t2", "DeadLetter"]]);
});

test("the full limit is for what is unanswered, handed out or not", () => {
  const bench = new Bench({ maxRequests: 2 });
  bench.receive(task("t1"));
  const first = bench.take();
  bench.receive(task("t2"));
  bench.receive(task("t3"));
  assert.deepEqual(bench.refusals(), [[3, "t3", "Overloaded"]]);
  bench.desk.finish(first, [Buffer.from("{}")]);
  bench.receive(task("t4"));
  assert.equal(bench.desk.unanswered, 2);
});

test("a request of too many bytes is refused by name, even if its task_id has to be dug out", () => {
  const bench = new Bench({ maxFrameBytes: 10 });
  bench.receive(task("t1"));
  bench.receive("x".repeat(10));
  bench.receive("x".repeat(11));
  assert.deepEqual(bench.refusals(), [
    [1, "t1", "TooLarge"],
    [3, "unknown", "TooLarge"],
  ]);
});

test("a history however long can be sent", () => {
  const bench = new Bench({ maxDeliveries: 20_000 });
  bench.receive(task("t1"));
  for (let n = 0; n < 20_000; n++) bench.lose(bench.take(), "none");
  assert.ok(bench.answers[0]![1].length > 1024 * 1024);
  assert.deepEqual(bench.refusals(), [[1, "t1", "DeadLetter"]]);
});

const nobody = () => false;

test("what nobody serves is refused once both have waited: the request, and the service", () => {
  const bench = new Bench();
  bench.receive(task("t1"), 0);
  bench.receive(task("t2"), 800);
  bench.desk.expire(1000, nobody);
  assert.deepEqual(bench.refusals(), []);
  bench.desk.expire(1001, nobody);
  assert.deepEqual(bench.refusals(), [[1, "t1", "ServiceUnavailable"]]);
  bench.desk.expire(1801, nobody);
  assert.equal(bench.desk.unanswered, 0);
  assert.equal(bench.desk.services, 0);
});

test("a service that is served is never refused, and waits the full time once it is not", () => {
  const bench = new Bench();
  bench.receive(task("t1"), 0);
  bench.desk.expire(99_000, () => true);
  bench.desk.lostLastWorker("work", 99_500);
  bench.desk.expire(100_500, nobody);
  assert.deepEqual(bench.refusals(), []);
  bench.desk.expire(100_501, nobody);
  assert.deepEqual(bench.refusals(), [[1, "t1", "ServiceUnavailable"]]);
});

test("time in which the broker was held up counts against no request", () => {
  const bench = new Bench();
  bench.receive(task("t1"), 0);
  bench.desk.excuse(5000, 5500);
  bench.desk.expire(6000, nobody);
  assert.deepEqual(bench.refusals(), []);
  bench.desk.expire(6001, nobody);
  assert.equal(bench.refusals().length, 1);
});

test("a client's waiting requests are dropped, in all services; what is being worked on stays", () => {
  const bench = new Bench();
  bench.receive(task("x1"));
  const first = bench.take();
  bench.receive(task("x2"));
  bench.receive(task("x3"), 0, "else");
  bench.receive(task("y1"), 0, "work", "Y");
  assert.equal(bench.desk.forget(Buffer.from("X")), 2);
  assert.equal(bench.desk.unanswered, 2);
  assert.equal(bench.take().clientName, "Y");
  bench.desk.finish(first, [Buffer.from("done")]);
  assert.equal(bench.desk.unanswered, 1);
  assert.deepEqual(bench.answers, [[1, "done"]]);
});

test("services without requests and workers are forgotten", () => {
  const bench = new Bench({ serviceTimeoutMs: Infinity });
  for (let n = 0; n < 100; n++) {
    bench.receive(task(`t${n}`), 0, `service ${n}`);
    bench.desk.finish(bench.take(`service ${n}`), [Buffer.from("{}")]);
  }
  bench.desk.expire(1, (service) => service === "service 7");
  assert.equal(bench.desk.services, 1);
});
