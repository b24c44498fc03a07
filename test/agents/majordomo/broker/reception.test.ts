import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialect } from "../../../../src/messages/majordomo";
import { Rig } from "./broker-rig";

const task = (id: string, data = "x") => JSON.stringify({ task_id: id, data, timestamp: 0 });
const dialects: Dialect[] = ["0.1", "0.2", "0.2-delimited"];

for (const theirs of dialects)
  for (const ours of dialects)
    test(`a client of MDP ${theirs} is served by a worker of MDP ${ours}`, () => {
      const rig = new Rig();
      rig.ready("A", "work", ours);
      rig.ask("X", "1", "work", theirs);
      assert.deepEqual(rig.said(), ["A request 1"]);
      const answer = {
        type: "final" as const,
        client: Buffer.from("X"),
        body: [Buffer.from("done")],
      };
      rig.tell("A", answer, ours);
      assert.deepEqual(rig.said(), [`X ${theirs === "0.1" ? "reply" : "final"} done`]);
      assert.equal(rig.reception.framesRejected, 0);
    });

test("partial answers go on in order, but not to a client of MDP 0.1", () => {
  const rig = new Rig();
  rig.ready("A");
  for (const [client, dialect] of [
    ["X", "0.2"],
    ["Y", "0.2-delimited"],
    ["Z", "0.1"],
  ] as const) {
    rig.ask(client, "1", "work", dialect);
    for (const text of ["p1", "p2"]) rig.answer("A", client, text, "partial");
    rig.answer("A", client, "end");
  }
  assert.deepEqual(rig.said("X"), ["X partial p1", "X partial p2", "X final end"]);
  assert.deepEqual(rig.said("Y"), ["Y partial p1", "Y partial p2", "Y final end"]);
  assert.deepEqual(rig.said("Z"), ["Z reply end"]);
});

for (const dialect of dialects)
  test(`mmi.service answers in MDP ${dialect}, with no worker asked`, () => {
    const rig = new Rig();
    rig.ready("A", "work");
    const reply = dialect === "0.1" ? "reply" : "final";
    rig.ask("X", "work", "mmi.service", dialect);
    rig.ask("X", "play", "mmi.service", dialect);
    rig.ask("X", "work", "mmi.workers", dialect);
    assert.deepEqual(rig.said(), [`X ${reply} 200`, `X ${reply} 404`, `X ${reply} 501`]);
    rig.tell("A", { type: "disconnect" });
    rig.ask("X", "work", "mmi.service", dialect);
    assert.deepEqual(rig.said(), [`X ${reply} 404`]);
    assert.equal(rig.dispatcher.summary().requests, 0);
  });

/** A worker A holds X's request 1, a worker B Y's request 2; C is no worker. */
function busyRig(): Rig {
  const rig = new Rig();
  for (const worker of ["A", "B"]) rig.ready(worker);
  rig.ask("X", "1");
  rig.ask("Y", "2");
  rig.said();
  return rig;
}

/** What is valid but does not fit, or is malformed, from a worker that holds a request. */
const misdeeds: [what: string, frames: string[], reason: RegExp][] = [
  ["a second READY", ["MDPW02", "\x01", "work"], /READY twice/],
  ["an answer to another worker's request", ["MDPW02", "\x04", "Y", "", "r"], /does not hold$/],
  ["a part of one", ["MDPW02", "\x03", "Y", "", "r"], /does not hold$/],
  ["a request", ["MDPW02", "\x02", "X", "", "r"], /sent a request/],
  ["an unknown command", ["MDPW02", "\x09"], /0x09/],
  ["no command", ["MDPW02"], /nothing/],
  ["an answer without a body", ["MDPW02", "\x04", "X", ""], /without a body/],
  ["an answer to nobody", ["MDPW02", "\x04"], /without a client's address/],
  [
    "an answer of too many bytes",
    ["MDPW02", "\x04", "X", "", "x".repeat(1001)],
    /1001 bytes, the limit is 1000/,
  ],
  [
    "an answer of too many bytes in several frames",
    ["MDPW02", "\x04", "X", "", "x".repeat(600), "x".repeat(500)],
    /1100 bytes, the limit is 1000/,
  ],
  ["something else than MDP", ["hello"], /no header/],
];

for (const [what, frames, reason] of misdeeds)
  test(`a worker that sends ${what} has to leave, and its request goes to another`, () => {
    const rig = busyRig();
    rig.hear("A", frames);
    assert.deepEqual(rig.said(), ["A disconnect"]);
    assert.match(rig.all("frame-rejected")[0]!.reason, reason);
    const [left] = rig.all("worker-left");
    assert.deepEqual([left?.worker, left?.parting, left?.workers], ["A", "misbehaved", 1]);
    assert.match(left!.reason, reason);
    rig.answer("B", "Y", "done");
    assert.deepEqual(rig.said(), ["Y final done", "B request 1"]);
  });

/** From one who is no worker, or none any more. */
const strangers: [what: string, frames: string[]][] = [
  ["heartbeat", ["MDPW02", "\x05"]],
  ["final answer", ["MDPW02", "\x04", "X", "", "r"]],
  ["part of an answer", ["MDPW02", "\x03", "X", "", "r"]],
  ["request", ["MDPW02", "\x02", "X", "", "r"]],
  ["READY for a service of the broker's", ["MDPW02", "\x01", "mmi.service"]],
  ["READY without a name", ["MDPW02", "\x01", ""]],
];

for (const [what, frames] of strangers)
  test(`a ${what} from a stranger: DISCONNECT, and nothing for clients`, () => {
    const rig = busyRig();
    rig.hear("C", frames);
    assert.deepEqual(rig.said(), ["C disconnect"]);
    assert.equal(rig.dispatcher.workers.size, 2);
    rig.answer("A", "X", "done");
    assert.deepEqual(rig.said(), ["X final done"]);
  });

test("a stranger's DISCONNECT is answered with nothing", () => {
  const rig = busyRig();
  rig.tell("C", { type: "disconnect" });
  assert.deepEqual([rig.said(), rig.reception.framesRejected], [[], 0]);
});

test("the late answer of a worker that was struck off reaches nobody; it may register anew", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.elapse(4000);
  rig.said();
  rig.answer("A", "X", "late");
  assert.deepEqual(rig.said(), ["A disconnect"]);
  rig.ready("A");
  rig.answer("A", "X", "in time");
  assert.deepEqual(rig.said(), ["A request 1", "X final in time"]);
});

test("a second answer to the same request reaches nobody", () => {
  const rig = new Rig();
  rig.ready("A");
  rig.ask("X", "1");
  rig.answer("A", "X", "first");
  rig.answer("A", "X", "second");
  assert.deepEqual(rig.said(), ["A request 1", "X final first", "A disconnect"]);
});

test("who says goodbye is told nothing more", () => {
  const rig = busyRig();
  rig.tell("A", { type: "disconnect" });
  rig.elapse(1000, "B");
  assert.deepEqual(rig.said("A"), []);
});

/** Nonsense of clients. */
const nonsense: [what: string, frames: string[]][] = [
  ["no frames at all", []],
  ["an empty frame", [""]],
  ["something else", ["GET / HTTP/1.1"]],
  ["a header alone", ["MDPC02"]],
  ["an unknown command", ["MDPC02", "\x07", "work", "x"]],
  ["a final answer", ["MDPC02", "\x03", "work", "x"]],
  ["a request without a body", ["MDPC02", "\x01", "work"]],
  ["a request for nobody", ["MDPC02", "\x01", "", "x"]],
];

for (const [what, frames] of nonsense)
  test(`a client that sends ${what}: an event, and nothing else`, () => {
    const rig = busyRig();
    rig.hear("Z", frames);
    assert.deepEqual(rig.said(), []);
    assert.equal(rig.all("frame-rejected").length, 1);
    assert.match(rig.all("frame-rejected")[0]!.reason, /^Z: /);
    assert.deepEqual([rig.reception.framesRejected, rig.dispatcher.workers.size], [1, 2]);
  });

test("a request that is too large, or one too many, is refused with a reason", () => {
  const rig = new Rig({ maxRequests: 1 });
  const large = task("large", "x".repeat(1000));
  rig.ask("X", large);
  assert.deepEqual(rig.refusals("X"), [
    {
      taskId: "large",
      name: "TooLarge",
      message: `a message of ${large.length} bytes, the limit is 1000`,
      attempts: [],
    },
  ]);
  rig.ask("X", task("one"));
  rig.ask("X", task("two"));
  assert.deepEqual(
    rig.refusals("X").map(({ taskId, name, message }) => [taskId, name, message]),
    [["two", "Overloaded", "1 request without an answer already, which is the limit"]],
  );
  rig.ready("A");
  rig.answer("A", "X", "done");
  rig.ask("X", task("three"));
  assert.match(rig.said("A").join(), /^A request .*one.*,A request .*three/);
});
