import assert from "node:assert/strict";
import { test } from "node:test";
import {
  RequestLedger,
  type Settlement,
} from "../../../../src/agents/majordomo/client/request-ledger";
import {
  withRetryDefaults,
  type RetryPolicy,
} from "../../../../src/agents/majordomo/client/retry-policy";
import { BROKER, createRefusal, type RefusalName } from "../../../../src/messages/dead-letter";
import type { Payload } from "../../../../src/messages/payload";
import { createFailedResult, createResultMessage } from "../../../../src/messages/result-message";
import type { TaskMessage } from "../../../../src/messages/task-message";

/** A ledger with the tasks "a", "b", … sent to the service "work". */
function ledgerOf(ids: string, policy: RetryPolicy = {}): RequestLedger {
  const ledger = new RequestLedger(withRetryDefaults(policy));
  for (const id of ids) ledger.add(task(id), "work", 0);
  return ledger;
}

const task = (id: string): TaskMessage => ({ task_id: id, data: id, timestamp: 0 });
const answer = (id: string, data: Payload = "done", worker = "1") =>
  createResultMessage(id, data, worker, 0);
const failure = (id: string, worker = "1") =>
  answer(id, createFailedResult(new RangeError("boom")), worker);
const lost = (at: number) => ({ at, worker: "w", reason: "disconnected", started: true });
const refusal = (id: string, name: RefusalName, attempts = [lost(5)]) =>
  createRefusal(id, { name, message: "no more", attempts }, 0);
const attempt = (at: number, worker = "1") => ({
  at,
  worker,
  reason: "RangeError: boom",
  started: true,
});

function deadLetterOf(settlement: Settlement) {
  assert.equal(settlement.type, "dead-letter");
  assert.ok("deadLetter" in settlement);
  return settlement.deadLetter;
}

test("a request is unanswered, in the order of sending, until its result comes", () => {
  const ledger = ledgerOf("abc");
  const listed = () => ledger.listUnanswered().map(({ task }) => task.data);
  assert.deepEqual([ledger.outstanding, ledger.unanswered, listed()], [3, 3, ["a", "b", "c"]]);
  assert.deepEqual(ledger.settle(answer("b"), 1), { type: "result" });
  assert.deepEqual([ledger.outstanding, ledger.unanswered, listed()], [2, 2, ["a", "c"]]);
  assert.deepEqual([ledger.has("a"), ledger.has("b")], [true, false]);
});

test("requests may be for several services", () => {
  const ledger = ledgerOf("a");
  ledger.add(task("b"), "echo", 0);
  assert.deepEqual(
    ledger.listUnanswered().map(({ service }) => service),
    ["work", "echo"],
  );
});

test("a second answer is a duplicate, and so is one to a task that was never sent", () => {
  const ledger = ledgerOf("a");
  ledger.settle(answer("a"), 1);
  for (const late of [answer("a"), failure("a"), refusal("a", "DeadLetter"), answer("z")])
    assert.deepEqual(ledger.settle(late, 2), { type: "duplicate" });
  assert.equal(ledger.outstanding, 0);
});

test("a failed task waits for its time, stays outstanding, and is sent once more", () => {
  const ledger = ledgerOf("ab");
  assert.deepEqual(ledger.settle(failure("a"), 1000), {
    type: "retry",
    attempt: attempt(1000),
    inMs: 100,
  });
  assert.deepEqual([ledger.outstanding, ledger.unanswered, ledger.has("a")], [2, 1, true]);
  assert.deepEqual(ledger.takeDue(1099), []);
  assert.deepEqual(
    ledger.takeDue(1100).map(({ task, service }) => [task.task_id, service]),
    [["a", "work"]],
  );
  assert.deepEqual([ledger.outstanding, ledger.unanswered], [2, 2]);
  assert.deepEqual(ledger.takeDue(9999), []);
});

test("the last failure the policy grants ends the task, with its history", () => {
  const ledger = ledgerOf("a");
  assert.equal(ledger.settle(failure("a"), 1000).type, "retry");
  ledger.takeDue(1100);
  assert.deepEqual(ledger.settle(failure("a", "2"), 1200), {
    type: "retry",
    attempt: attempt(1200, "2"),
    inMs: 200,
  });
  assert.deepEqual(ledger.takeDue(1399), []);
  ledger.takeDue(1400);
  assert.deepEqual(deadLetterOf(ledger.settle(failure("a"), 1500)), {
    task: task("a"),
    error: { name: "RangeError", message: "boom" },
    attempts: [attempt(1000), attempt(1200, "2"), attempt(1500)],
  });
  assert.equal(ledger.outstanding, 0);
  assert.deepEqual(ledger.settle(answer("a"), 1600), { type: "duplicate" });
});

test("a retry that succeeds is a result", () => {
  const ledger = ledgerOf("a");
  ledger.settle(failure("a"), 0);
  ledger.takeDue(100);
  assert.deepEqual(ledger.settle(answer("a"), 200), { type: "result" });
});

test("while a task waits, a copy's failure changes nothing, its result ends the task", () => {
  const ledger = ledgerOf("a");
  ledger.settle(failure("a"), 0);
  assert.deepEqual(ledger.settle(failure("a", "2"), 50), { type: "duplicate" });
  assert.deepEqual(ledger.settle(refusal("a", "Overloaded"), 50), { type: "duplicate" });
  assert.equal(ledger.outstanding, 1);
  assert.deepEqual(ledger.settle(answer("a"), 60), { type: "result" });
  assert.equal(ledger.outstanding, 0);
  assert.deepEqual(ledger.takeDue(9999), []);
});

test("the policy is asked about the error", () => {
  const ledger = ledgerOf("a", { isRetryable: ({ name }) => name !== "RangeError" });
  const letter = deadLetterOf(ledger.settle(failure("a"), 7));
  assert.deepEqual(letter.attempts, [attempt(7)]);
});

for (const name of ["DeadLetter", "ServiceUnavailable"] as const)
  test(`${name} from the broker ends a task at once, with what the broker knows`, () => {
    const ledger = ledgerOf("a");
    assert.deepEqual(deadLetterOf(ledger.settle(refusal("a", name), 9)), {
      task: task("a"),
      error: { name, message: "no more" },
      attempts: [lost(5)],
    });
    assert.equal(ledger.outstanding, 0);
  });

test("a refusal ends a task that waits, too; histories are merged in order of time", () => {
  const ledger = ledgerOf("a");
  ledger.settle(failure("a"), 10);
  const letter = deadLetterOf(ledger.settle(refusal("a", "DeadLetter", [lost(5), lost(15)]), 20));
  assert.deepEqual(letter.attempts, [lost(5), attempt(10), lost(15)]);
  assert.deepEqual([ledger.outstanding, ledger.takeDue(9999)], [0, []]);
});

test("Overloaded is a failure like others: another try, then a dead letter", () => {
  const ledger = ledgerOf("a", { maxAttempts: 2 });
  const refused = (at: number) => {
    const reason = "Overloaded: no more";
    return { at, worker: BROKER, reason, started: false };
  };
  assert.deepEqual(ledger.settle(refusal("a", "Overloaded", []), 1), {
    type: "retry",
    attempt: refused(1),
    inMs: 100,
  });
  ledger.takeDue(101);
  const letter = deadLetterOf(ledger.settle(refusal("a", "Overloaded", [lost(50)]), 201));
  assert.deepEqual(letter, {
    task: task("a"),
    error: { name: "Overloaded", message: "no more" },
    attempts: [refused(1), lost(50), refused(201)],
  });
});

test("only the broker can refuse", () => {
  const ledger = ledgerOf("a");
  const claimed = { ...refusal("a", "DeadLetter"), worker_id: "1" };
  assert.equal(ledger.settle(claimed, 1).type, "retry");
});

test("an error without a name is an Error", () => {
  const ledger = ledgerOf("a", { maxAttempts: 1 });
  const letter = deadLetterOf(ledger.settle(answer("a", { error: { message: "boom" } }), 1));
  assert.deepEqual(letter.error, { name: "Error", message: "boom" });
});

const busy = (hints: object) => answer("a", { error: { message: "busy", ...hints } });

test("an error decides itself whether there is another try, and when", () => {
  const patient = ledgerOf("a").settle(busy({ retryAfterMs: 1500 }), 0);
  assert.equal("inMs" in patient && patient.inMs, 1500);
  const final = deadLetterOf(ledgerOf("a").settle(busy({ retryable: false }), 0));
  assert.deepEqual(final.error, { name: "Error", message: "busy" });
  const endless = deadLetterOf(ledgerOf("a").settle(busy({ retryAfterMs: 60_001 }), 0));
  assert.match(endless.error.message, /^busy \(it asked for a pause of 60001 ms, .* 60000 ms\)$/);
});

test("hints that make no sense are none", () => {
  const settlement = ledgerOf("a").settle(busy({ retryable: "no", retryAfterMs: -5 }), 0);
  assert.equal("inMs" in settlement && settlement.inMs, 100);
});

const missed = (at: number, reason = "no answer") => ({
  at,
  worker: "unknown",
  reason,
  started: false,
});

/** Misses the one request that is overdue. */
function missAt(ledger: RequestLedger, now: number): Settlement {
  const [request, another] = ledger.listOverdue(now);
  assert.ok(request && !another);
  return ledger.miss(request, "no answer", now);
}

test("a try is overdue when it has been unanswered for taskTimeoutMs, by default 5 minutes", () => {
  const ledger = ledgerOf("ab");
  ledger.add(task("c"), "work", 1);
  const overdue = (now: number) => ledger.listOverdue(now).map(({ task }) => task.task_id);
  assert.deepEqual(overdue(299_999), []);
  ledger.settle(answer("a"), 299_999);
  assert.deepEqual(overdue(300_000), ["b"]);
  assert.deepEqual(overdue(300_001), ["b", "c"]);
});

test("a missed try is a failure like others: another try, at last a dead letter", () => {
  const ledger = ledgerOf("a", { maxAttempts: 2, taskTimeoutMs: 1000 });
  const retry = { type: "retry", attempt: missed(1000), inMs: 100 };
  assert.deepEqual(missAt(ledger, 1000), retry);
  assert.deepEqual([ledger.listOverdue(9999), ledger.takeDue(1099)], [[], []]);
  ledger.takeDue(1150);
  assert.deepEqual(ledger.listOverdue(2149), []);
  assert.deepEqual(deadLetterOf(missAt(ledger, 2150)), {
    task: task("a"),
    error: { name: "NoAnswer", message: "no answer" },
    attempts: [missed(1000), missed(2150)],
  });
  assert.equal(ledger.outstanding, 0);
  assert.deepEqual(ledger.settle(answer("a"), 2200), { type: "duplicate" });
});

test("the policy is asked about a missed try, too", () => {
  const isRetryable = ({ name }: { name: string }) => name !== "NoAnswer";
  const letter = deadLetterOf(missAt(ledgerOf("a", { isRetryable, taskTimeoutMs: 1 }), 7));
  assert.deepEqual(letter.attempts, [missed(7)]);
});

for (const [when, now] of Object.entries({ "before the next try": 50, "after it": 150 }))
  test(`the late result of a missed try ends the task, ${when}`, () => {
    const ledger = ledgerOf("a", { taskTimeoutMs: 10 });
    missAt(ledger, 10);
    ledger.takeDue(now);
    assert.deepEqual(ledger.settle(answer("a"), now), { type: "result" });
    assert.deepEqual([ledger.outstanding, ledger.takeDue(9999)], [0, []]);
  });

test("giving up ends everything, each with its history", () => {
  const ledger = ledgerOf("abc");
  ledger.settle(answer("b"), 0);
  ledger.settle(failure("a"), 10);
  const error = { name: "BrokerLost", message: "gone" };
  const unheard = { at: 20, worker: BROKER, reason: "gone", started: false };
  assert.deepEqual(ledger.giveUp("gone", 20), [
    { task: task("c"), error, attempts: [unheard] },
    { task: task("a"), error, attempts: [attempt(10)] },
  ]);
  assert.deepEqual(
    [ledger.outstanding, ledger.takeDue(9999), ledger.giveUp("gone", 30)],
    [0, [], []],
  );
});
