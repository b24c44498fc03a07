import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Pull, Push, Subscriber, XPublisher } from "zeromq";
import { Connections } from "../../src/transport/connections";
import { StartGate } from "../../src/transport/start-gate";

const options = { timeout: 240_000 };
const { signal } = new AbortController();

/** A gate on real sockets, served until the test is over. */
async function openedGate(t: TestContext) {
  const context = new Context();
  const tasks = new Push({ context, linger: 0 });
  const control = new XPublisher({ context, verbosity: "allSubsUnsubs", linger: 0 });
  const workforce = new Connections(tasks);
  const gate = new StartGate(control, workforce);
  await tasks.bind("tcp://127.0.0.1:*");
  await control.bind("tcp://127.0.0.1:*");
  let leave = () => {};
  const served = gate.serveWhile(() => new Promise<void>((resolve) => (leave = resolve)));
  t.after(async () => {
    leave();
    tasks.close();
    await served;
  });
  const peer = new Context();
  const connectTasks = () => {
    const pull = new Pull({ context: peer });
    t.after(() => pull.close());
    pull.connect(tasks.lastEndpoint!);
    return pull;
  };
  const subscribe = (topic = "START") => {
    const subscriber = new Subscriber({ context: peer });
    t.after(() => subscriber.close());
    subscriber.connect(control.lastEndpoint!);
    subscriber.subscribe(topic);
    return subscriber;
  };
  return { gate, control, connectTasks, subscribe, leave: () => leave(), served };
}

/** Resolves when the gate has told that so many are ready. */
function told(gate: StartGate, ready: number): Promise<void> {
  return gate.wait(ready, 50_000, signal, () => {});
}

for (const first of ["connection", "subscription"])
  test(`a worker is ready when both are there, the ${first} first`, options, async (t) => {
    const { gate, connectTasks, subscribe } = await openedGate(t);
    const [begin, finish] =
      first === "connection" ? [connectTasks, subscribe] : [subscribe, connectTasks];
    begin();
    await assert.rejects(
      gate.wait(1, 100, signal, () => {}),
      /^Error: Only 0 of 1 workers came/,
    );
    finish();
    await told(gate, 1);
    assert.equal(gate.ready, 1);
  });

test("says how many of how many came, and what is lacking", options, async (t) => {
  const { gate, connectTasks, subscribe } = await openedGate(t);
  connectTasks();
  subscribe();
  await told(gate, 1);
  subscribe("STA");
  await assert.rejects(
    gate.wait(3, 2000, signal, () => {}),
    {
      message:
        "Only 1 of 3 workers came within 2000 ms: 1 connected for tasks, 2 for START. " +
        "Start the missing workers (each waits for the collector first), or ask for fewer.",
    },
  );
});

test("tells each change of the number, once", options, async (t) => {
  const { gate, connectTasks, subscribe } = await openedGate(t);
  const numbers: number[] = [];
  const wait = gate.wait(2, 50_000, signal, (ready) => {
    numbers.push(ready);
    connectTasks();
    subscribe();
  });
  connectTasks();
  subscribe();
  await wait;
  assert.deepEqual(numbers, [1, 2]);
});

test("who leaves before START is not counted any more", options, async (t) => {
  const { gate, connectTasks, subscribe } = await openedGate(t);
  const numbers: number[] = [];
  connectTasks();
  const subscriber = subscribe();
  const wait = gate.wait(2, 3000, signal, (ready) => {
    numbers.push(ready);
    if (ready === 1) subscriber.close();
  });
  await assert.rejects(wait, /Only 0 of 2 .* 1 connected for tasks, 0 for START/);
  assert.deepEqual(numbers, [1, 0]);
});

test("who listens to something else does not count", options, async (t) => {
  const { gate, connectTasks, subscribe } = await openedGate(t);
  connectTasks();
  subscribe("STOP");
  await assert.rejects(
    gate.wait(1, 100, signal, () => {}),
    /0 for START/,
  );
});

test("one START for all who wait, one for each latecomer", options, async (t) => {
  const { gate, connectTasks, subscribe } = await openedGate(t);
  const early = [subscribe(), subscribe()];
  early.forEach(connectTasks);
  await told(gate, 2);
  await gate.open();
  for (const subscriber of early)
    assert.deepEqual((await subscriber.receive()).map(String), ["START"]);
  const late = subscribe();
  assert.deepEqual((await late.receive()).map(String), ["START"]);
});

test("a stop ends the wait", options, async (t) => {
  const { gate } = await openedGate(t);
  const stop = new AbortController();
  const wait = gate.wait(1, 5000, stop.signal, () => {});
  stop.abort();
  await assert.rejects(wait, { name: "AbortError" });
});

test("closes the control socket when the body is done, or fails", options, async (t) => {
  const { control, leave, served } = await openedGate(t);
  leave();
  await served;
  assert.equal(control.closed, true);

  const context = new Context();
  const other = new XPublisher({ context });
  const tasks = new Push({ context });
  t.after(() => tasks.close());
  const gate = new StartGate(other, new Connections(tasks));
  await assert.rejects(
    gate.serveWhile(() => Promise.reject(new Error("boom"))),
    /boom/,
  );
  assert.equal(other.closed, true);
});
