/** Parts of a pipeline's answers, on the wire: an agent between bare sockets, in each payload format. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Context, Pull, Push, XPublisher } from "zeromq";
import type { ResultCollectorEvent, TaskProcessorEvent } from "../../src/agents/events";
import { resultCollectorAgent } from "../../src/agents/result-collector";
import { taskProcessorAgent, type TaskProcessorOptions } from "../../src/agents/task-processor";
import type { Work } from "../../src/agents/work";
import type { AgentMessage } from "../../src/messages/codec";
import { codecNames, codecOf, type CodecName } from "../../src/messages/codecs/named";
import { encodeMessage, MAX_FRAME_BYTES, parseResult, type Wire } from "../../src/messages/frame";
import { createPartialResult, isPartialResult } from "../../src/messages/partial-result";
import {
  createResultMessage,
  createWorkerDoneMessage,
  type ResultMessage,
} from "../../src/messages/result-message";
import { createEndMessage, createTaskMessage } from "../../src/messages/task-message";
import { anyPort, startAgent, Witness } from "./bare-peers";

const options = { timeout: 480_000 };
const wireOf = (name: CodecName): Wire => ({
  codec: codecOf(name),
  maxFrameBytes: MAX_FRAME_BYTES,
});

/** A generator and a collector as sockets, which never queue more than a message. */
async function neighbours(t: TestContext, wire: Wire) {
  const context = new Context();
  const tasks = new Push({ context, linger: 0 });
  const control = new XPublisher({ context, linger: 0, verbosity: "allSubs" });
  const results = new Pull({ context, receiveHighWaterMark: 1 });
  const sockets = [tasks, control, results];
  t.after(() => sockets.forEach((socket) => socket.close()));
  for (const socket of sockets) await socket.bind(anyPort);
  const addresses = {
    taskVentilatorAddr: tasks.lastEndpoint!,
    controlSyncAddr: control.lastEndpoint!,
    resultCollectorAddr: results.lastEndpoint!,
  };
  const start = async (workers: number) => {
    for (let n = 0; n < workers; n++) await control.receive();
    await control.send("START");
  };
  const send = (message: AgentMessage) => tasks.send(encodeMessage(message, wire));
  const next = async () => {
    const parsed = parseResult(await results.receive(), wire);
    assert.ok(parsed.ok);
    return parsed.message as ResultMessage;
  };
  return { addresses, start, send, next };
}

function processor(t: TestContext, given: TaskProcessorOptions) {
  const witness = new Witness<TaskProcessorEvent>();
  return startAgent(t, taskProcessorAgent, { streamParts: true, ...given }, witness);
}

/** Says its data letter by letter. */
const spell: Work = async (data, { sendPartial }) => {
  for (const letter of data as string) {
    sendPartial?.(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return data;
};

for (const codec of codecNames)
  test(
    `two workers: each task's parts in order, then its result (${codec})`,
    options,
    async (t) => {
      const bare = await neighbours(t, wireOf(codec));
      const agents = ["1", "2"].map((workerId) =>
        processor(t, { ...bare.addresses, workerId, work: spell, codec }),
      );
      await bare.start(2);
      const words = ["one", "ä😀", "", "three", "four", "five"];
      const tasks = words.map((word) => createTaskMessage(word));
      for (const task of tasks) await bare.send(task);
      const heard = new Map(tasks.map(({ task_id: id }) => [id, [] as unknown[]]));
      for (let results = 0; results < tasks.length;) {
        const message = await bare.next();
        if (isPartialResult(message)) {
          const { task_id: id, part, data } = message.result_data;
          heard.get(id)!.push(`${message.worker_id}:${part}${data as string}`);
        } else {
          heard.get(message.task_id)!.push(`${message.worker_id}=${message.result_data as string}`);
          results++;
        }
      }
      for (const { task_id: id, data } of tasks) {
        const [by] = String(heard.get(id)!.at(-1));
        const parts = [...(data as string)].map((letter, part) => `${by}:${part}${letter}`);
        assert.deepEqual(heard.get(id), [...parts, `${by}=${data as string}`]);
      }
      assert.equal(heard.size, tasks.length);
      for (const { stop } of agents) stop.abort();
      for (const { run } of agents) assert.equal((await run).outcome, "stopped");
    },
  );

test("no parts unless asked for: the work is told so", options, async (t) => {
  const bare = await neighbours(t, wireOf("json"));
  const work: Work = (_data, { sendPartial }) => sendPartial === undefined;
  processor(t, { ...bare.addresses, streamParts: undefined, work });
  await bare.start(1);
  await bare.send(createTaskMessage("x"));
  assert.equal((await bare.next()).result_data, true);
});

for (const codec of codecNames)
  test(`a part that cannot be sent throws to the work (${codec})`, options, async (t) => {
    const bare = await neighbours(t, wireOf(codec));
    const work: Work = (data, { sendPartial }) => {
      const names = [undefined, () => 1, "x".repeat(MAX_FRAME_BYTES)].map((part) => {
        try {
          sendPartial!(part as never);
        } catch (error) {
          return (error as Error).name;
        }
        return "sent";
      });
      sendPartial!("fine");
      if (data === "careless") sendPartial!(Symbol("s") as never);
      return names;
    };
    processor(t, { ...bare.addresses, work, codec });
    await bare.start(1);
    for (const data of ["careful", "careless"]) await bare.send(createTaskMessage(data));
    const isFine = { part: 0, data: "fine" };
    for (const result of [["TypeError", "TypeError", "RangeError"], "TypeError"]) {
      const part = (await bare.next()).result_data as object;
      const { result_data: given, task_id: id } = await bare.next();
      assert.deepEqual(part, { ...isFine, task_id: id });
      assert.deepEqual(
        typeof result === "string" ? (given as { error: { name: string } }).error.name : given,
        result,
      );
    }
  });

/** More than the sockets and the kernel's buffers between them can hold. */
const flood: Work = (_data, { sendPartial }) => {
  for (let n = 0; n < 60; n++) sendPartial!([n, "x".repeat(500_000)]);
  return "the last word";
};

test(
  "a slow collector loses nothing: the parts wait, and the result behind them",
  options,
  async (t) => {
    const bare = await neighbours(t, wireOf("json"));
    const { run, witness } = processor(t, { ...bare.addresses, work: flood, highWaterMark: 1 });
    await bare.start(1);
    await bare.send(createTaskMessage("x"));
    await bare.send(createEndMessage());
    for (let n = 0; n < 60; n++) {
      const message = await bare.next();
      assert.ok(isPartialResult(message));
      assert.deepEqual(
        [message.result_data.part, (message.result_data.data as [number])[0]],
        [n, n],
      );
      if (n === 0) assert.equal(witness.all("task-done").length, 0);
    }
    assert.equal((await bare.next()).result_data, "the last word");
    assert.deepEqual(await bare.next(), createWorkerDoneMessage("1"));
    assert.equal((await run).outcome, "complete");
  },
);

test("a stop while parts wait", options, async (t) => {
  const bare = await neighbours(t, wireOf("json"));
  const { run, stop, witness } = processor(t, { ...bare.addresses, work: flood, highWaterMark: 1 });
  await bare.start(1);
  await bare.send(createTaskMessage("x"));
  await witness.heard("task-started");
  await bare.next();
  stop.abort();
  const { outcome, tasksDone } = await run;
  assert.deepEqual([outcome, tasksDone], ["stopped", 0]);
});

test("a part of a task that has ended is ignored", options, async (t) => {
  const bare = await neighbours(t, wireOf("json"));
  let late = (): void => assert.fail("too early");
  const work: Work = (data, { sendPartial }) => {
    if (data === "second") late();
    late = () => sendPartial!("late");
    return data;
  };
  processor(t, { ...bare.addresses, work });
  await bare.start(1);
  for (const data of ["first", "second"]) await bare.send(createTaskMessage(data));
  assert.equal((await bare.next()).result_data, "first");
  assert.equal((await bare.next()).result_data, "second");
});

for (const codec of codecNames)
  test(
    `the collector reports parts, and counts them as no result (${codec})`,
    options,
    async (t) => {
      const wire = wireOf(codec);
      const witness = new Witness<ResultCollectorEvent>();
      const given = { resultCollectorAddr: anyPort, tasks: 2, workers: 1, codec };
      const { run } = startAgent(t, resultCollectorAgent, given, witness);
      const socket = new Push({ context: new Context() });
      t.after(() => socket.close());
      socket.connect((await witness.heard("listening")).addresses[0]!);
      const damaged = { ...createPartialResult("a", 1, "x", "1"), result_data: "x" };
      for (const message of [
        createPartialResult("a", 0, { n: 1 }, "1"),
        createPartialResult("b", 0, "of b", "1"),
        damaged,
        createPartialResult("a", 1, null, "1"),
        createResultMessage("a", "A", "1"),
        createPartialResult("a", 2, "too late", "1"),
        createResultMessage("b", "B", "1"),
        createWorkerDoneMessage("1"),
      ])
        await socket.send(encodeMessage(message, wire));
      const { outcome, results, parts, duplicates, framesRejected, byWorker } = await run;
      assert.deepEqual(
        [outcome, results.map(({ result_data: data }) => data), byWorker],
        ["complete", ["A", "B"], { 1: 2 }],
      );
      assert.deepEqual([parts, duplicates, framesRejected], [3, 0, 1]);
      assert.deepEqual(
        witness
          .all("partial-received")
          .map(({ taskId, workerId, part }) => [taskId, workerId, part]),
        [
          ["a", "1", { n: 1 }],
          ["b", "1", "of b"],
          ["a", "1", null],
        ],
      );
    },
  );
