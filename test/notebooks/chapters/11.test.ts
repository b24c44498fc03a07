/**
 * What chapter 11 claims: who hears what, who knows what, and that copies stay equal. Slow joiners, slow subscribers
 * and chaos are in the tests of their modules.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { joinLate } from "../../../src/notebook/experiments/join-late";
import { loseOneUpdate } from "../../../src/notebook/experiments/lost-update";
import { Middleman } from "../../../src/notebook/experiments/clone-middleman";
import { restartServer } from "../../../src/notebook/experiments/restart-clone-server";
import { searchPin } from "../../../src/notebook/experiments/shared-search";
import { runWithStatus } from "../../../src/notebook/experiments/status-run";
import { heardRows, whoHears } from "../../../src/notebook/experiments/who-hears";
import { inStep, openBoard, openCloneServer } from "../../../src/notebook/lab/clone";
import { lab } from "../../../src/notebook/lab/lab";
import { statusRows } from "../../../src/notebook/output/status";

const options = { timeout: 480_000 };

test(
  "a subscription is a prefix: Worker-1 hears Worker-10, unless a dot ends both",
  options,
  async () => {
    const topics = ["status.Worker-1", "status.Worker-10", "found.needle"];
    const wishes = { Ann: ["status.Worker-1"], Bob: ["found."], Carol: [""] };
    const heard = await lab("chapter 11", (room) => whoHears(room, topics, wishes));
    const [one, ten] = topics as [string, string];
    assert.deepEqual(heard, { Ann: [one, ten], Bob: ["found.needle"], Carol: topics });
    assert.deepEqual(heardRows(topics, heard)[1], { topic: ten, Ann: "✔", Bob: "", Carol: "✔" });
    const dotted = topics.map((topic) => `${topic}.`);
    const ann = { Ann: ["status.Worker-1."] };
    const mended = await lab("chapter 11", (room) => whoHears(room, dotted, ann));
    assert.deepEqual(mended, { Ann: ["status.Worker-1."] });
  },
);

test("a latecomer knows the present only from a last value cache", options, async () => {
  const plain = await lab("chapter 11", (room) => joinLate(room, { cache: false }));
  const cached = await lab("chapter 11", (room) => joinLate(room, { cache: true }));
  const known = (rows: typeof plain) => rows.map((row) => [row["Worker-1"], row["Worker-2"]]);
  assert.deepEqual(known(plain), [
    ["?", "?"],
    ["?", "working"],
  ]);
  assert.deepEqual(known(cached), [
    ["on fire", "idle"],
    ["on fire", "working"],
  ]);
});

test(
  "who joins subscribes, hears that it stands, and only then asks for the state",
  options,
  async () => {
    const said = await lab("chapter 11", async (room) => {
      const server = await openCloneServer(room);
      const ann = await openBoard(room, { ...server, name: "Ann" });
      await ann.set("/found/1", "needle");
      const listener = await Middleman.open(room, server, { client: "Bob" });
      const bob = await openBoard(room, { ...listener.addresses, name: "Bob" });
      await bob.set("/found/2", "nail");
      await inStep(ann, bob);
      return listener.passed.map(({ from, label }) => `${from} ${label}`);
    });
    const order = [
      "Bob subscribes to all",
      "Bob subscribes to HUGZ",
      "Server HUGZ",
      "Bob ICANHAZ? all",
      'Server KVSYNC: /found/1 = "needle"',
      "Server KTHXBAI: up to 1",
      'Bob KVSET: /found/2 = "nail"',
      'Server KVPUB 2: /found/2 = "nail"',
    ].map((words) => said.indexOf(words));
    assert.ok(!order.includes(-1), said.join("\n"));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
      said.join("\n"),
    );
  },
);

test("two who write the same key end equal", options, async () => {
  await lab("chapter 11", async (room) => {
    const server = await openCloneServer(room);
    const ann = await openBoard(room, { ...server, name: "Ann" });
    const bob = await openBoard(room, { ...server, name: "Bob" });
    for (let round = 1; round <= 50; round++) {
      await Promise.all([ann.set("/boss", "Ann"), bob.set("/boss", "Bob")]);
      await inStep(ann, bob);
      assert.equal(ann.get("/boss"), bob.get("/boss"));
    }
    assert.equal(ann.sequence, 100);
  });
});

test(
  "a lost update stays unnoticed by who believes, and is mended by who counts",
  options,
  async () => {
    const beliefs = await lab("chapter 11", loseOneUpdate);
    assert.deepEqual(
      beliefs.map((row) => [row["Worker-1"], row["Worker-2"], row.noticed]),
      [
        ["idle", "idle", ""],
        ["busy", "idle", "nothing"],
        ["idle", "idle", "1 gap"],
      ],
    );
  },
);

for (const journal of [false, true])
  test(`a server killed ${journal ? "with" : "without"} a journal`, options, async () => {
    const readings = await lab("chapter 11", (room) => restartServer(room, { journal }));
    const needle = '["a needle"]';
    const after = journal ? '["a needle","a pin"]' : '["a pin"]';
    assert.deepEqual(
      readings.map(({ Ann, Bob, current }) => [Ann, Bob, current]),
      [
        [needle, needle, true],
        [needle, needle, false],
        [after, after, true],
      ],
    );
  });

test("a board spares tries", options, async () => {
  const alone = await lab("chapter 11", (room) => searchPin(room, { board: false }));
  const together = await lab("chapter 11", (room) => searchPin(room, { board: true }));
  assert.equal(alone.tries, 9735); // whoever finds it stops; all others try all of theirs
  assert.ok(together.tries < alone.tries, `${together.tries}`);
  assert.deepEqual([alone.found, together.found], Array(2).fill("1234, by Worker-3"));
});

test(
  "the line of a worker that was killed goes by itself, and the others say how they ended",
  options,
  async () => {
    let agents: string[] = [];
    const { lastWords, report } = await lab("chapter 11", (room) =>
      runWithStatus(room, {
        ...{ tasks: 24, workers: 3, taskDelayMs: 40, workMs: [120, 120, 120] },
        startTimeoutMs: 60_000,
        kill: { worker: "Worker-2", nthTask: 3 },
        onBoard: (board) => () => (agents = statusRows(board).map(({ agent }) => agent)),
      }),
    );
    assert.equal(lastWords.at(-1), "gone");
    assert.match(lastWords.join(), /working on Task_\d+_payload/);
    assert.deepEqual(agents, ["Generator", "Worker-1", "Worker-3", "Collector"]);
    assert.equal(report.processors.length, 2);
  },
);
