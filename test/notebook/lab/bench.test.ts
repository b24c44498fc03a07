import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Context, Pull } from "zeromq";
import { openBench } from "../../../src/notebook/lab/bench";
import { lab } from "../../../src/notebook/lab/lab";

const sent = (data: string) =>
  ({ agent: "Generator", at: 0, type: "task-sent", taskId: data, data }) as const;

test("stays open until it is closed, then everything in it is", { timeout: 240_000 }, async () => {
  const bench = await openBench("open");
  const socket = bench.use(new Pull({ context: new Context() }));
  await socket.bind("tcp://127.0.0.1:*");
  assert.equal(bench.signal.aborted, false);
  assert.equal(socket.closed, false);
  await bench.close();
  assert.equal(bench.signal.aborted, true);
  assert.equal(socket.closed, true);
  await bench.close();
});

test("a bench or lab of the same name closes the one before", { timeout: 240_000 }, async () => {
  const first = await openBench("again");
  const second = await openBench("again");
  assert.ok(first.signal.aborted);
  await lab("again", () => Promise.resolve());
  assert.ok(second.signal.aborted);
});

test("an interrupt closes it", { timeout: 240_000 }, async (t) => {
  const others = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  process.removeAllListeners("SIGINT").on("SIGINT", () => {});
  t.after(() => {
    process.removeAllListeners("SIGINT");
    others.forEach((other) => process.on("SIGINT", other));
  });
  const { signal } = await openBench("interrupted");
  process.emit("SIGINT", "SIGINT");
  if (!signal.aborted) await once(signal, "abort");
});

test(
  "prints the log as far as it is asked to, and waits for it",
  { timeout: 240_000 },
  async (t) => {
    const { mock } = t.mock.method(console, "log", () => {});
    const { onEvent, logUntil, close } = await openBench("log");
    onEvent(sent("one"));
    onEvent(sent("two"));
    await logUntil("task-sent");
    assert.deepEqual(lines(), ["[Generator] sent one"]);
    const printed = logUntil("end-sent");
    onEvent({ agent: "Generator", at: 0, type: "end-sent", again: false });
    await printed;
    assert.deepEqual(lines().slice(1), ["[Generator] sent two", "[Generator] sent END"]);
    await close();

    function lines() {
      return mock.calls.map((call) => call.arguments[0] as string);
    }
  },
);

test("says so when the awaited event does not come", { timeout: 240_000 }, async () => {
  const { logUntil, close } = await openBench("silent");
  await assert.rejects(logUntil("finished"), /no "finished" within 5000 ms/);
  await close();
});
