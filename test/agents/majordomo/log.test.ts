import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEvent } from "../../../src/agents/log";
import type {
  MajordomoBrokerEvent,
  MajordomoBrokerSummary,
  MajordomoClientEvent,
  MajordomoClientSummary,
  MajordomoWorkerEvent,
  MajordomoWorkerSummary,
} from "../../../src/agents/majordomo/events";
import { isMajordomoSummary } from "../../../src/agents/majordomo/log";
import type { Unstamped } from "../../../src/agents/stamp";
import { createTaskMessage } from "../../../src/messages/task-message";

const attempt = { at: 0, worker: "A", reason: "it was silent", started: true };
const service = "work";
const taskId = "t";
const deadLetter = {
  task: createTaskMessage("Task_1_payload"),
  error: { name: "DeadLetter", message: "why" },
  attempts: [attempt],
};

const broker: [Unstamped<MajordomoBrokerEvent>, line: string][] = [
  [{ type: "listening", addresses: ["tcp://a"] }, "listening on tcp://a"],
  [
    { type: "worker-joined", worker: "A", service, dialect: "0.1", workers: 1 },
    'A joins for "work" (MDP 0.1): 1 worker',
  ],
  [
    {
      type: "worker-left",
      worker: "A",
      service,
      parting: "expired",
      reason: "it was silent",
      workers: 2,
    },
    "A has left: it was silent; 2 workers left",
  ],
  [{ type: "request-received", request: 7, client: "X", service }, 'request 7 for "work" from X'],
  [{ type: "request-dispatched", request: 7, worker: "A", service }, "request 7 to A"],
  [{ type: "request-answered", request: 7, worker: "A", service }, "request 7 answered by A"],
  [
    { type: "request-redelivered", request: 7, service, attempt, attempts: 1 },
    "request 7 is back in the queue: it was silent",
  ],
  [
    { type: "request-given-up", request: 7, service, name: "Overloaded", reason: "why" },
    "request 7 is given up (Overloaded): why",
  ],
  [{ type: "request-cancelled", request: 7, service: "work" }, "request 7 is cancelled"],
  [
    { type: "request-cancelled", request: 7, service: "work", worker: "W" },
    "request 7 is cancelled: W drops it",
  ],
  [{ type: "client-left", client: "X", dropped: 1 }, "X has left, and 1 request with it"],
  [
    { type: "frame-rejected", code: "unexpected", reason: "A: it sent READY twice" },
    "refused a frame (unexpected): A: it sent READY twice",
  ],
];

const worker: [Unstamped<MajordomoWorkerEvent>, line: string][] = [
  [{ type: "registered", service, conversation: 2 }, 'READY for "work" (conversation 2)'],
  [{ type: "heartbeat-sent" }, "heartbeat sent"],
  [{ type: "heartbeat-received" }, "heartbeat received"],
  [{ type: "dismissed", reconnectMs: 0 }, "dismissed by the broker: a new connection at once"],
  [{ type: "dismissed", reconnectMs: 50 }, "dismissed by the broker: a new connection in 50 ms"],
  [
    { type: "broker-silent", silentMs: 7500, reconnectMs: 1000 },
    "the broker is silent for 7500 ms: a new connection in 1000 ms",
  ],
  [{ type: "task-dropped", taskId, reason: "why" }, "dropped a task: why"],
  [{ type: "handed-back" }, "gave back a task that would have had to wait"],
];

const client: [Unstamped<MajordomoClientEvent>, line: string][] = [
  [{ type: "connected", to: "broker" }, "connected to the broker"],
  [{ type: "task-retried", taskId, attempt, inMs: 100 }, "once more in 100 ms: it was silent"],
  [{ type: "tasks-resent", tasks: 2, reason: "why" }, "sent 2 tasks again: why"],
  [
    { type: "partial-received", taskId, workerId: "1", part: { n: 1 } },
    'part from Worker-1: {"n":1}',
  ],
  [{ type: "task-cancelled", taskId, reason: "never mind" }, "gave a task up: never mind"],
  [
    { type: "dead-letter", taskId, deadLetter },
    "dead letter after 1 attempt: Task_1_payload (why)",
  ],
  [{ type: "duplicate-received", taskId, workerId: "1" }, "ignored a second answer, from Worker-1"],
];

for (const [event, line] of broker)
  test(`[Broker] ${line}`, () =>
    assert.equal(formatEvent({ agent: "Broker", at: 0, ...event }), `[Broker] ${line}`));

for (const [event, line] of worker)
  test(`[Worker-1] ${line}`, () =>
    assert.equal(formatEvent({ agent: "Worker-1", at: 0, ...event }), `[Worker-1] ${line}`));

for (const [event, line] of client)
  test(`[Client] ${line}`, () =>
    assert.equal(formatEvent({ agent: "Client", at: 0, ...event }), `[Client] ${line}`));

const brokerSummary: MajordomoBrokerSummary = {
  outcome: "stopped",
  requests: 10,
  answered: 5,
  redelivered: 1,
  deadLetters: 1,
  refused: 2,
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
  framesRejected: 0,
  durationMs: 1234,
};

const workerSummary: MajordomoWorkerSummary = {
  outcome: "stopped",
  workerId: "1",
  tasksDone: 1,
  tasksFailed: 0,
  tasksDropped: 2,
  conversations: 1,
  framesRejected: 0,
  durationMs: 1234,
};

const clientSummary: MajordomoClientSummary = {
  outcome: "broker-lost",
  tasksSent: 4,
  results: [],
  deadLetters: [deadLetter],
  cancelled: 0,
  unanswered: 0,
  byWorker: {},
  retried: 0,
  resent: 0,
  duplicates: 0,
  framesRejected: 0,
  durationMs: 1234,
};

/** The lines of the event with which a run ends. */
const lastWords = (event: Parameters<typeof formatEvent>[0]) => formatEvent(event).split("\n");

test("a broker's last words add up", () =>
  assert.deepEqual(
    lastWords({ agent: "Broker", at: 0, type: "finished", summary: brokerSummary }),
    [
      "[Broker] stopped: 10 requests in 1.2 s: 5 answered, 1 given up, 2 refused, 2 unanswered; 1 redelivered",
    ],
  ));

test("what was cancelled is mentioned, if anything was", () => {
  const broker = { ...brokerSummary, cancelled: 3 };
  const client = { ...clientSummary, deadLetters: [], cancelled: 3 };
  const [ofBroker] = lastWords({ agent: "Broker", at: 0, type: "finished", summary: broker });
  assert.match(ofBroker!, /2 refused, 3 cancelled, 2 unanswered/);
  const ofClient = lastWords({ agent: "Client", at: 0, type: "finished", summary: client });
  assert.equal(ofClient.at(-1), "[Client] 3 cancelled");
});

test("a worker's last words", () =>
  assert.deepEqual(
    lastWords({ agent: "Worker-1", at: 0, type: "finished", summary: workerSummary }),
    ["[Worker-1] stopped: 1 task done, 0 failed, 2 dropped, in 1.2 s"],
  ));

test("a client's last words: results, then a line for each dead letter", () =>
  assert.deepEqual(
    lastWords({ agent: "Client", at: 0, type: "finished", summary: clientSummary }),
    [
      "[Client] broker-lost: 0 results in 1.2 s (none)",
      "[Client] dead letter: Task_1_payload (why)",
    ],
  ));

test("a client that was stopped says how much is unanswered, and whose the results are", () => {
  const summary = {
    ...clientSummary,
    deadLetters: [],
    unanswered: 2,
    byWorker: { 1: 3, b: 1 },
  };
  assert.deepEqual(lastWords({ agent: "Client", at: 0, type: "finished", summary }), [
    "[Client] broker-lost: 0 results in 1.2 s (Worker-1 3, Worker-b 1)",
    "[Client] 2 unanswered",
  ]);
});

test("the summaries of the pipeline are not of Majordomo", () => {
  for (const summary of [brokerSummary, workerSummary, clientSummary])
    assert.equal(isMajordomoSummary(summary), true);
  assert.equal(isMajordomoSummary({ outcome: "complete", tasksSent: 1, workersStarted: 1 }), false);
  assert.equal(isMajordomoSummary({ outcome: "complete", tasksDone: 1, workerId: "1" }), false);
  assert.equal(isMajordomoSummary({ outcome: "complete", results: [], byWorker: {} }), false);
});
