import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteLedger } from "../../../../src/agents/clone/client/write-ledger";

const add = (ledger: WriteLedger, key = "/a", now = 0) =>
  ledger.add({ key, value: Buffer.from("1") }, now);

/** Sends all there is to send; gives number and first of each. */
function send(ledger: WriteLedger): string[] {
  const sent: string[] = [];
  for (let change = ledger.next(); change; change = ledger.next())
    sent.push(`${change.signature!.number} from ${change.signature!.first}`);
  return sent;
}

const confirm = (ledger: WriteLedger, number: number, now = 0, writer = "w") =>
  ledger.settle({ confirmed: [{ writer, number }], refused: [] }, now).map(({ number }) => number);

test("changes are numbered and sent once, in order", () => {
  const ledger = new WriteLedger("w", "");
  for (let n = 0; n < 3; n++) void add(ledger);
  assert.deepEqual(send(ledger), ["1 from 1", "2 from 1", "3 from 1"]);
  assert.deepEqual(send(ledger), []);
  void add(ledger);
  assert.deepEqual(send(ledger), ["4 from 1"]);
});

test("a confirmation is for all changes up to it", async () => {
  const ledger = new WriteLedger("w", "");
  const answers = [add(ledger, "/a"), add(ledger, "/b"), add(ledger, "/c")];
  send(ledger);
  assert.deepEqual(confirm(ledger, 2), [1, 2]);
  assert.deepEqual(await answers[1], { key: "/b", number: 2, refusal: undefined });
  assert.equal(ledger.size, 1);
  assert.deepEqual(confirm(ledger, 2), []);
  assert.deepEqual(confirm(ledger, 3, 0, "somebody else"), []);
});

test("begun again, it sends what is not confirmed, oldest first", () => {
  const ledger = new WriteLedger("w", "");
  for (let n = 0; n < 4; n++) void add(ledger);
  send(ledger);
  confirm(ledger, 1);
  assert.equal(ledger.rewind(0), 3);
  assert.deepEqual(send(ledger), ["2 from 2", "3 from 2", "4 from 2"]);
});

test("what is confirmed while it is being sent again is left out", () => {
  const ledger = new WriteLedger("w", "");
  for (let n = 0; n < 4; n++) void add(ledger);
  send(ledger);
  ledger.rewind(0);
  assert.equal(ledger.next()!.signature!.number, 1);
  confirm(ledger, 3);
  assert.deepEqual(send(ledger), ["4 from 4"]);
  confirm(ledger, 4);
  assert.equal(ledger.rewind(0), 0);
  void add(ledger);
  assert.deepEqual(send(ledger), ["5 from 5"]);
});

test("a refused change is settled with the reason", async () => {
  const ledger = new WriteLedger("w", "");
  const answers = [add(ledger), add(ledger)];
  send(ledger);
  const refused = [
    { writer: "w", number: 1, reason: "full" },
    { writer: "v", number: 2, reason: "no" },
  ];
  ledger.settle({ confirmed: [{ writer: "w", number: 2 }], refused }, 0);
  const refusals = (await Promise.all(answers)).map(({ refusal }) => refusal);
  assert.deepEqual(refusals, ["full", undefined]);
});

test("who writes outside of what it follows asks for a HUGZ", () => {
  const ledger = new WriteLedger("w", "/a/");
  void add(ledger, "/a/x");
  void add(ledger, "/b/x");
  assert.equal(ledger.next()!.signature!.wantsHugz, false);
  assert.equal(ledger.next()!.signature!.wantsHugz, true);
});

test("a confirmation is overdue when nothing was confirmed for so long, since something was under way", () => {
  const ledger = new WriteLedger("w", "");
  assert.equal(ledger.isOverdue(1000, 100), false);
  void add(ledger, "/a", 1000);
  assert.equal(ledger.isOverdue(1200, 100), false, "it was not sent yet");
  send(ledger);
  assert.equal(ledger.isOverdue(1100, 100), false);
  assert.equal(ledger.isOverdue(1101, 100), true);
  ledger.rewind(1101);
  assert.equal(ledger.isOverdue(1300, 100), false);
  send(ledger);
  assert.equal(ledger.isOverdue(1301, 100), false, "the second time it waits twice as long");
  assert.equal(ledger.isOverdue(1302, 100), true);
  void add(ledger, "/b", 1300);
  confirm(ledger, 1, 1300);
  send(ledger);
  assert.equal(ledger.isOverdue(1400, 100), false);
  assert.equal(ledger.isOverdue(1401, 100), true, "and after a confirmation as long as at first");
});
