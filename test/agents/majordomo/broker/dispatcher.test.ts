import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Rig } from "./broker-rig";

const task = (id: string) => JSON.stringify({ task_id: id, data: `data of ${id}`, timestamp: 0 });

test("work goes to the least recently used: in the order in which the workers became idle", () => {
  const rig = new Rig();
  for (const worker of ["A", "B", "C"]) rig.ready(worker);
  for (const text of ["1", "2", "3"]) rig.ask("X", text);
  assert.deepEqual(rig.said("A", "B", "C"), ["A request 1", "B request 2", "C request 3"]);
  for (const worker of ["B", "C", "A"]) rig.answer(worker, "X", "done");
  for (const text of ["4", "5", "6"]) rig.ask("X", text);
  assert.deepEqual(rig.said("A", "B", "C"), ["B request 4", "C request 5", "A request 6"]);
});

test("a heartbeat does not change whose turn it is", () => {
  const rig = new Rig();
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.beat("A");
  rig.ask("X", "1");
  assert.deepEqual(rig.said(), ["A request 1"]);
});

test("a slow worker takes fewer tasks", () => {
  const rig = new Rig();
  for (const worker of ["slow", "fast"]) rig.ready(worker);
  for (let n = 0; n < 22; n++) rig.ask("X", `${n}`);
  const taken = { slow: 0, fast: 0 };
  for (let ms = 1; ms <= 100; ms++)
    for (const [worker, workMs] of [
      ["slow", 50],
      ["fast", 5],
    ] as const)
      if (ms % workMs === 0 && rig.dispatcher.desk.unanswered > 0) {
        rig.answer(worker, "X", "done");
        taken[worker]++;
      }
  assert.deepEqual(taken, { slow: 2, fast: 20 });
});

test("services do not mix", () => {
  const rig = new Rig();
  rig.ready("A", "one");
  rig.ready("B", "two");
  rig.ask("X", "1", "two");
  rig.ask("X", "2", "two");
  rig.ask("X", "3", "three");
  assert.deepEqual(rig.said(), ["B request 1"]);
  rig.answer("B", "X", "done");
  assert.deepEqual(rig.said(), ["X final done", "B request 2"]);
});

test("a client with many requests does not keep out one with a single one", () => {
  const rig = new Rig();
  for (const text of ["x1", "x2", "x3"]) rig.ask("X", text);
  rig.ask("Y", "y1");
  rig.ready("A");
  for (const client of ["X", "Y", "X"]) rig.answer("A", client, "done");
  assert.deepEqual(rig.said("A"), ["A request x1", "A request y1", "A request x2", "A request x3"]);
});

test("all who are silent are struck off in one tick, wherever they stand, idle or busy", () => {
  const rig = new Rig();
  const workers = ["A", "B", "C", "D", "E", "F"];
  for (const worker of workers) rig.ready(worker);
  rig.ask("X", "1"); // A
  rig.ask("X", "2"); // B
  rig.elapse(3000, "B", "D"); // exactly at the limit nobody is over it
  assert.equal(rig.all("worker-left").length, 0);
  rig.said();
  rig.elapse(1000, "B", "D");
  const left = rig.all("worker-left");
  assert.deepEqual(
    left.map(({ worker, parting, workers }) => [worker, parting, workers]),
    [
      ["A", "expired", 5],
      ["C", "expired", 4],
      ["E", "expired", 3],
      ["F", "expired", 2],
    ],
  );
  assert.match(left[0]!.reason, /silent for over 3000 ms/);
  assert.deepEqual(rig.said().sort(), [
    "A disconnect",
    "C disconnect",
    "D request 1",
    "E disconnect",
    "F disconnect",
  ]);
});

test("who holds a request may be silent for longer, if the broker is told so", () => {
  const rig = new Rig({ busySilenceMs: 6000 });
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.ask("X", "1");
  rig.elapse(4000);
  assert.deepEqual(
    rig.all("worker-left").map(({ worker }) => worker),
    ["B"],
  );
  rig.elapse(3000);
  assert.equal(rig.dispatcher.workers.size, 0);
});

test("no request goes from one who is lost to the next who is", () => {
  const rig = new Rig({ busySilenceMs: 60_000 });
  for (let n = 0; n < 30; n++) rig.ready(`W${n}`);
  rig.ask("X", "1");
  rig.tell("W0", { type: "disconnect" });
  rig.said();
  rig.elapse(4000, "W1");
  assert.equal(rig.all("worker-left").length, 29);
  assert.equal(rig.all("request-dispatched").length, 2);
  assert.deepEqual(rig.refusals("X"), []);
});

test("a lost worker's request goes to the next worker, before those that are new", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "first");
  rig.ask("X", "second");
  rig.elapse(4000);
  rig.ready("B");
  assert.deepEqual(rig.said("B"), ["B request first"]);
  const [redelivered] = rig.all("request-redelivered");
  assert.deepEqual(redelivered?.attempt, {
    at: 4000,
    worker: "A",
    reason: "it was silent for over 3000 ms",
    started: false,
  });
});

test("who is stuck is struck off, heartbeats or not; a partial answer gives it time", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.elapse(9000, "A");
  rig.answer("A", "X", "part", "partial");
  rig.elapse(10_000, "A");
  assert.equal(rig.all("worker-left").length, 0);
  rig.said();
  rig.elapse(1000, "A");
  assert.deepEqual(
    rig.all("worker-left").map(({ parting, reason }) => [parting, reason]),
    [["timed-out", "it took over 10000 ms"]],
  );
  assert.deepEqual(rig.said("A"), ["A disconnect"]);
});

/** Each way of losing a worker that holds a request, and whether it counts against the request. */
const losses: [how: string, lose: (rig: Rig, worker: string) => void, isCharged: boolean][] = [
  ["is silent from the start", (rig) => rig.elapse(4000), false],
  ["is silent once it has begun", (rig, worker) => (rig.beat(worker), rig.elapse(4000)), true],
  [
    "disconnects",
    (rig, worker) => (rig.beat(worker), rig.tell(worker, { type: "disconnect" })),
    false,
  ],
  ["is stuck", (rig, worker) => rig.elapse(11_000, worker), true],
  ["says what is malformed", (rig, worker) => rig.hear(worker, ["MDPW02", "\x09"]), true],
  [
    "sends a final answer without a body",
    (rig, worker) => rig.hear(worker, ["MDPW02", "\x04", "X", ""]),
    true,
  ],
  [
    "hangs up before it has begun",
    (rig, worker) => (rig.gone.add(worker), rig.elapse(1000), rig.elapse(1000)),
    false,
  ],
  [
    "hangs up once it has begun",
    (rig, worker) => (rig.beat(worker), rig.gone.add(worker), rig.elapse(1000), rig.elapse(1000)),
    true,
  ],
];

for (const [how, lose, isCharged] of losses)
  test(`a worker that ${how} ${isCharged ? "counts" : "does not count"} against its request`, () => {
    const rig = new Rig();
    rig.ask("X", task("t1"));
    for (let n = 0; n < 3; n++) {
      rig.ready(`W${n}`);
      lose(rig, `W${n}`);
    }
    const refusals = rig.refusals("X");
    assert.equal(refusals.length, isCharged ? 1 : 0);
    assert.equal(rig.dispatcher.desk.unanswered, isCharged ? 0 : 1);
  });

test("a dead letter tells its history", () => {
  const rig = new Rig();
  rig.ask("X", task("t1"));
  for (const worker of ["A", "B", "C"]) {
    rig.ready(worker);
    rig.beat(worker);
    rig.elapse(4000);
  }
  const reason = "it was silent for over 3000 ms";
  assert.deepEqual(rig.refusals("X"), [
    {
      taskId: "t1",
      name: "DeadLetter",
      message: `3 workers lost over it, the last because ${reason}`,
      attempts: [
        { at: 4000, worker: "A", reason, started: true },
        { at: 8000, worker: "B", reason, started: true },
        { at: 12_000, worker: "C", reason, started: true },
      ],
    },
  ]);
  const { deadLetters, redelivered, unanswered } = rig.dispatcher.summary();
  assert.deepEqual(
    { deadLetters, redelivered, unanswered },
    {
      deadLetters: 1,
      redelivered: 2,
      unanswered: 0,
    },
  );
});

test("what nobody ever begins with ends after maxDeliveries", () => {
  const rig = new Rig({ maxDeliveries: 5 });
  rig.ask("X", task("t1"));
  for (let n = 1; n <= 5; n++) {
    assert.equal(rig.dispatcher.desk.unanswered, 1, `after ${n - 1}`);
    rig.ready(`W${n}`);
    rig.elapse(4000);
  }
  const [refusal] = rig.refusals("X");
  assert.equal(refusal?.name, "DeadLetter");
  assert.deepEqual(
    refusal?.attempts.map(({ started }) => started),
    Array(5).fill(false),
  );
});

test("a request that could not be sent, because its worker was gone, was not delivered", () => {
  const rig = new Rig({ maxDeliveries: 2 });
  for (let n = 0; n < 50; n++) {
    rig.ready(`W${n}`);
    rig.gone.add(`W${n}`);
  }
  rig.ready("A");
  rig.said();
  rig.ask("X", "1");
  assert.deepEqual(rig.said(), ["A request 1"]);
  rig.answer("A", "X", "done");
  assert.deepEqual(rig.said("X"), ["X final done"]);
  rig.elapse(1000, "A");
  assert.equal(rig.dispatcher.workers.size, 1);
  assert.equal(rig.dispatcher.summary().workersLeft.unreachable, 50);
});

test("the last words of a worker whose connection is gone still count", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.ready("B");
  rig.ask("X", "2");
  rig.gone.add("A").add("B");
  rig.elapse(1000);
  rig.said();
  rig.answer("A", "X", "done");
  rig.tell("B", { type: "disconnect" });
  rig.elapse(1000);
  assert.deepEqual(rig.said(), ["X final done"]);
  const { answered, workersLeft } = rig.dispatcher.summary();
  assert.deepEqual([answered, workersLeft.disconnected, workersLeft.unreachable], [1, 1, 1]);
  rig.ready("C");
  assert.deepEqual(rig.said(), ["C request 2"]);
});

test("a poison task ends alone, whoever was lost together with it", () => {
  const rig = new Rig({ maxAttempts: 3 });
  const names = ["poison", "a", "b", "c"];
  for (const name of names) rig.ask("X", task(name));
  for (const round of [1, 2]) {
    const workers = names.map((_, n) => `W${round}${n}`);
    for (const worker of workers) rig.ready(worker);
    rig.beat(...workers);
    rig.elapse(4000); // all four are lost
  }
  rig.said();
  // From here on every worker works, but for the poison, which kills.
  const alive = new Set(["W3", "W4"]);
  for (const worker of alive) rig.ready(worker);
  const answered: string[] = [];
  for (;;) {
    const dealt = rig.said(...alive);
    if (dealt.length === 0) break;
    assert.equal(dealt.length, 1, `a last chance goes out alone: ${dealt.join(" and ")}`);
    const [, worker, name] = /^(\w+) request .*"task_id":"(\w+)"/.exec(dealt[0]!)!;
    rig.beat(worker!);
    if (name === "poison") {
      rig.gone.add(worker!);
      alive.delete(worker!);
      rig.elapse(1000, ...alive);
      rig.elapse(1000, ...alive);
    } else {
      answered.push(name!);
      rig.answer(worker!, "X", "{}");
    }
  }
  assert.deepEqual(answered.sort(), ["a", "b", "c"]);
  assert.deepEqual(
    rig.refusals("X").map(({ taskId, name, attempts }) => [taskId, name, attempts.length]),
    [["poison", "DeadLetter", 3]],
  );
  assert.equal(rig.dispatcher.desk.unanswered, 0);
});

test("while a last chance is out, other requests go on", () => {
  const rig = new Rig({ maxAttempts: 2 });
  rig.ask("X", "suspect 1");
  rig.ask("X", "suspect 2");
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.beat("A", "B");
  rig.elapse(4000);
  rig.ask("X", "new");
  rig.said();
  for (const worker of ["C", "D", "E"]) rig.ready(worker);
  assert.deepEqual(rig.said("C", "D", "E"), ["C request suspect 1", "D request new"]);
  rig.answer("C", "X", "done");
  assert.deepEqual(rig.said("C", "D", "E"), ["E request suspect 2"]);
});

/** A worker that holds two tasks: one process, two registrations. */
const seatsOf = (worker: string) => [`${worker}-0000000a`, `${worker}-0000000b`];

test("who is lost together with a neighbour of the same process is not to blame, though it had begun", () => {
  const rig = new Rig({ maxAttempts: 3 });
  rig.ask("X", task("innocent"));
  for (let n = 1; n <= 3; n++) {
    if (n < 3) rig.ask("X", task(`poison ${n}`)); // another each time: none of them is a suspect yet
    const seats = seatsOf(`Worker-${n}`);
    for (const seat of seats) rig.ready(seat);
    rig.beat(...seats); // its answer may be on its way, and never comes
    for (const seat of seats) rig.gone.add(seat);
    rig.elapse(2000);
  }
  assert.deepEqual(rig.refusals("X"), []);
});

test("a suspect has its worker's process to itself: others neither are there, nor come", () => {
  const rig = new Rig({ maxAttempts: 2 });
  rig.ready("A");
  rig.ask("X", "suspect");
  rig.beat("A");
  rig.elapse(3000);
  const [first, second] = seatsOf("Worker-1") as [string, string];
  rig.ready(first);
  rig.ask("Y", "old");
  rig.ready(second);
  assert.deepEqual(rig.said(first, second), [`${first} request old`]);
  rig.elapse(1000, first, second); // A is lost
  for (const text of ["new 1", "new 2"]) rig.ask("X", text);
  assert.deepEqual(rig.said(first, second), []);
  rig.answer(first, "Y", "done");
  const [suspect] = rig.said(first, second);
  assert.match(suspect!, /request suspect$/);
  const [, busy] = /^(\S+) /.exec(suspect!)!;
  assert.deepEqual(rig.said(first, second), []);
  rig.answer(busy!, "X", "done");
  const rest = rig.said(first, second).map((words) => words.slice(first.length));
  assert.deepEqual(rest, [" request new 1", " request new 2"]);
});

test("a broker that is held up again and again strikes off who is gone all the same", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.gone.add("A");
  for (let n = 1; n <= 3; n++) {
    assert.equal(rig.all("worker-left").length, 0, `after ${n - 1} ticks`);
    rig.now += 5000;
    rig.tick();
  }
  assert.deepEqual(
    rig.all("worker-left").map(({ parting }) => parting),
    ["unreachable"],
  );
});

test("a broker that was held up reads the last words of those who are gone before it judges", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.beat("A");
  rig.gone.add("A");
  rig.elapse(1000);
  rig.now += 5000;
  rig.tick();
  rig.answer("A", "X", "done");
  assert.deepEqual(rig.said("X"), ["X final done"]);
});

test("a service that nobody offers: served if a worker comes in time, refused if none does", () => {
  const rig = new Rig();
  rig.ask("X", task("t1"));
  rig.elapse(5000);
  assert.deepEqual(rig.said(), []);
  rig.ready("A");
  assert.match(rig.said("A").join(), /^A request .*t1/);
  rig.ask("X", task("t2"), "nobody's");
  rig.elapse(5000, "A");
  assert.deepEqual(rig.refusals("X"), []);
  rig.elapse(1000, "A");
  assert.deepEqual(rig.refusals("X"), [
    {
      taskId: "t2",
      name: "ServiceUnavailable",
      message: `no worker offered "nobody's" for 5000 ms`,
      attempts: [],
    },
  ]);
});

test("a service that had workers until a moment ago waits the full time", () => {
  const rig = new Rig({ serviceTimeoutMs: 500 });
  rig.ready("A");
  rig.ask("X", task("t1"));
  rig.ask("X", task("t2"));
  rig.elapse(8000, "A");
  rig.now += 900;
  rig.tell("A", { type: "disconnect" });
  rig.now += 100;
  rig.tick(); // long after the last tick at which it had a worker, 100 ms after it lost it
  assert.deepEqual(rig.refusals("X"), []);
  rig.now += 300;
  rig.ready("B");
  assert.match(rig.said("B").join(), /^B request .*t1/);
});

test("a client that is gone: what waits or is worked on is dropped; others' requests live", () => {
  const rig = new Rig();
  rig.ready("A");
  for (const text of ["1", "2", "3"]) rig.ask("X", text);
  rig.ask("Y", "y");
  rig.gone.add("X");
  rig.answer("A", "X", "done");
  // It got its next one before that was known.
  assert.deepEqual(rig.said("A"), ["A request 1", "A request 2", "A disconnect"]);
  assert.deepEqual(rig.all("client-left"), [{ type: "client-left", client: "X", dropped: 2 }]);
  rig.ready("A");
  assert.equal(rig.dispatcher.desk.unanswered, 1);
  rig.answer("A", "Y", "done");
  assert.deepEqual(rig.said("Y"), ["Y final done"]);
});

test("a broker that was held up blames nobody", () => {
  const rig = new Rig();
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.ask("X", "1");
  rig.ask("X", "2", "nobody's");
  rig.elapse(2000, "A", "B");
  rig.now += 60_000; // this process was stopped; heartbeats wait to be read
  rig.tick();
  assert.equal(rig.all("worker-left").length + rig.all("request-given-up").length, 0);
  rig.elapse(2000, "A");
  assert.equal(rig.all("worker-left").length + rig.all("request-given-up").length, 0);
  rig.elapse(1000, "A");
  assert.deepEqual(
    rig.all("worker-left").map(({ worker, parting }) => [worker, parting]),
    [["B", "expired"]],
  );
  assert.equal(rig.all("request-given-up").length, 1);
});

test("closed, it deals out nothing more", () => {
  const rig = new Rig();
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.dispatcher.close();
  assert.deepEqual(rig.said(), ["A disconnect", "B disconnect"]);
  rig.ask("X", "1");
  rig.tick();
  assert.deepEqual(rig.said(), []);
  assert.equal(rig.dispatcher.summary().unanswered, 1);
});

test("a request given back before it has begun counts for nothing", () => {
  const rig = new Rig({ maxDeliveries: 2 });
  rig.ask("X", task("t1"));
  for (let n = 0; n < 50; n++) {
    rig.ready(`W${n}`);
    rig.tell(`W${n}`, { type: "disconnect" });
  }
  assert.deepEqual(rig.refusals("X"), []);
  assert.equal(rig.dispatcher.summary().redelivered, 0);
});

test("the summary adds up", () => {
  const rig = new Rig({ maxRequests: 3 });
  rig.ready("A");
  for (const text of ["1", "2", "3", "4"]) rig.ask("X", text);
  rig.answer("A", "X", "done");
  rig.beat("A");
  rig.tell("A", { type: "disconnect" });
  assert.deepEqual(rig.dispatcher.summary(), {
    requests: 4,
    answered: 1,
    redelivered: 1,
    deadLetters: 0,
    refused: 1,
    cancelled: 0,
    unanswered: 2,
    workersJoined: 1,
    workersLeft: {
      disconnected: 1,
      expired: 0,
      unreachable: 0,
      "timed-out": 0,
      misbehaved: 0,
      cancelled: 0,
    },
  });
});

test("a tick greets every worker in its dialect", () => {
  const rig = new Rig();
  rig.ready("A", "work", "0.1");
  rig.ready("B", "work", "0.2");
  rig.ready("C", "work", "0.2-delimited");
  rig.tick();
  assert.deepEqual(rig.heartbeats(), ["A /MDPW01/\x04", "B MDPW02/\x05", "C /MDPW02/\x05"]);
});

/** A working life: joins, works, and goes in one of four ways. */
function live(rig: Rig, n: number): void {
  const [worker, client, service] = [`W${n}`, `X${n % 50}`, `service ${n}`];
  rig.ready(worker, service);
  rig.ask(client, task(`t${n}`), service);
  rig.ask(client, task(`u${n}`), service);
  rig.answer(worker, client, "done");
  if (n % 4 === 0) rig.tell(worker, { type: "disconnect" });
  else if (n % 4 === 1) rig.gone.add(worker);
  else if (n % 4 === 2) rig.hear(worker, ["MDPW02", "\x09"]);
  if (n % 100 === 0) rig.elapse(1000);
  rig.said();
  rig.events.length = 0;
}

const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

function heapAfter(work: () => void): number {
  work();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test(
  "ten thousand workers that come, work and go leave nothing behind",
  { timeout: 240_000 },
  () => {
    const rig = new Rig({ maxRequests: 100_000 });
    const round = (first: number) => () => {
      for (let n = first; n < first + 10_000; n++) live(rig, n);
      rig.elapse(20_000); // all who are silent, and all that waits, ends
      rig.said();
      rig.gone.clear();
      rig.events.length = 0;
    };
    const heap = heapAfter(round(0));
    assert.equal(rig.dispatcher.workers.size, 0);
    assert.equal(rig.dispatcher.desk.unanswered, 0);
    assert.equal(rig.dispatcher.desk.services, 0);
    const growth = heapAfter(round(10_000)) - heap;
    assert.ok(growth < 2_000_000, `the heap grew by ${growth} bytes`); // a forgotten worker is 500 or so
  },
);
