import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Context, Pull } from "zeromq";
import type { AgentEvent } from "../../src/agents/events";
import type { Work } from "../../src/agents/work";
import type { PipelineReport } from "../../src/orchestration/pipeline";
import { runPipeline } from "../../src/orchestration/run-pipeline";
import { bindSocket } from "../../src/transport/sockets";
import { anyPorts, freeAddresses } from "./ports";

/** The demonstration in small: nobody waits for anything but the others. */
const quick = { ...anyPorts, taskDelayMs: 0, work: () => "done" };

const at = ({ events }: PipelineReport, fits: (event: AgentEvent) => boolean) => {
  const event = events.find(fits);
  assert.ok(event, "an event is missing");
  return event.at;
};

const payloads = (...numbers: number[]) => numbers.map((n) => `Task_${n}_payload`);

function everythingIsDone(report: PipelineReport, tasks: number, workers: number): void {
  assert.equal(report.outcome, "complete");
  assert.equal(new Set(report.results.map((result) => result.task_id)).size, tasks);
  assert.deepEqual(report.missingTasks, []);
  assert.equal(report.generator?.outcome, "complete");
  assert.equal(report.generator.tasksSent, tasks);
  assert.equal(report.generator.workersStarted, workers);
  assert.equal(report.collector?.workersDone.length, workers);
  assert.deepEqual(report.collector.workersNotDone, []);
  assert.equal(report.collector.duplicates, 0);
  assert.deepEqual(
    report.processors.map(({ outcome }) => outcome),
    Array(workers).fill("complete"),
  );
}

test("the demonstration with all its defaults but the ports", { timeout: 240_000 }, async () => {
  const seen: AgentEvent[] = [];
  const report = await runPipeline({ ...anyPorts, onEvent: (event) => seen.push(event) });
  everythingIsDone(report, 10, 2);

  const begunBy = (agent: string) =>
    report.events
      .filter((event) => event.type === "task-started")
      .filter((event) => event.agent === agent)
      .map(({ data }) => data);
  assert.deepEqual(begunBy("Worker-1"), payloads(1, 3, 5, 7, 9));
  assert.deepEqual(begunBy("Worker-2"), payloads(2, 4, 6, 8, 10));
  const answers = report.results.map(({ result_data: data }) => data).sort();
  const expected = payloads(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).map(
    (payload, index) => `Result_for_(${payload})_by_Worker-${index % 2 === 0 ? 1 : 2}`,
  );
  assert.deepEqual(answers, expected.sort());

  const started = at(report, ({ type, agent }) => type === "started" && agent === "Generator");
  const over = Math.max(...report.events.map((event) => event.at));
  // Worker-2 works five times 700 ms; its first task came 100 ms after START.
  assert.ok(over - started >= 3500, `took ${over - started} ms, less than its work`);
  assert.ok(over - started < 10_000, `took ${over - started} ms, for 3.6 s of work`);

  assert.equal(seen.length, report.events.length);
  assert.deepEqual(new Set(seen), new Set(report.events));
  eventsAreInOrder(report);
});

function eventsAreInOrder(report: PipelineReport): void {
  const times = report.events.map((event) => event.at);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  const started = at(report, ({ type, agent }) => type === "started" && agent === "Generator");
  for (const event of report.events) {
    if (event.type === "listening" || event.type === "connected" || event.type === "worker-ready")
      assert.ok(event.at <= started, `${event.agent}: ${event.type} came after START`);
    if (event.type === "task-sent" || event.type === "task-started")
      assert.ok(event.at >= started, `${event.agent}: ${event.type} came before START`);
    if (event.type !== "task-sent") continue;
    const sameTask = report.events.flatMap((other) =>
      "taskId" in other && other.taskId === event.taskId ? other.type : [],
    );
    // How soon the generator reports what it sent is a race against the worker, so it is left out here.
    assert.deepEqual(
      sameTask.filter((type) => type !== "task-sent" && type !== "result-received"),
      ["task-started", "task-done"],
    );
    assert.ok(sameTask.indexOf("result-received") > sameTask.indexOf("task-started"));
  }
  const last = report.events.filter(({ type }) => type === "finished").map(({ agent }) => agent);
  assert.deepEqual(last.sort(), ["Collector", "Generator", "Worker-1", "Worker-2"]);
}

for (const workers of [1, 2, 5, 20])
  test(`${workers} workers`, { timeout: 240_000 }, async () => {
    const report = await runPipeline({ ...quick, tasks: 100, workers });
    everythingIsDone(report, 100, workers);
    const shares = report.processors.map(({ tasksDone }) => tasksDone);
    assert.deepEqual(shares, Array(workers).fill(100 / workers));
  });

test("no tasks at all: the workers are started and ended", { timeout: 240_000 }, async () => {
  const report = await runPipeline({ ...quick, tasks: 0, workers: 3 });
  everythingIsDone(report, 0, 3);
});

test("more workers than tasks", { timeout: 240_000 }, async () => {
  everythingIsDone(await runPipeline({ ...quick, tasks: 2, workers: 5 }), 2, 5);
});

test("own data and own work", { timeout: 240_000 }, async () => {
  const createData = (n: number) => ({ n });
  const work = (data: unknown) => (data as { n: number }).n ** 2;
  const report = await runPipeline({ ...quick, tasks: 4, createData, work });
  const squares = report.results.map(({ result_data: data }) => data as number);
  assert.deepEqual(
    squares.sort((a, b) => a - b),
    [1, 4, 9, 16],
  );
});

test("work that fails is a result, and the run goes on", { timeout: 240_000 }, async () => {
  const work = (data: unknown) => {
    if (data === "Task_2_payload") throw new TypeError("poison");
    return "done";
  };
  const report = await runPipeline({ ...quick, tasks: 4, work });
  everythingIsDone(report, 4, 2);
  assert.equal(report.collector?.failed, 1);
  assert.equal(report.processors.find(({ workerId }) => workerId === "2")?.tasksFailed, 1);
  const failure = report.results.find(({ result_data: data }) => data !== "done");
  assert.deepEqual(failure?.result_data, { error: { name: "TypeError", message: "poison" } });
});

test("data that cannot be made stops everybody with its error", { timeout: 240_000 }, async () => {
  const createData = (n: number) => {
    if (n === 3) throw new Error("no third task");
    return n;
  };
  const finished: string[] = [];
  const onEvent = ({ type, agent }: AgentEvent) =>
    void (type === "finished" && finished.push(agent));
  const run = runPipeline({ ...quick, createData, onEvent });
  await assert.rejects(run, { message: "no third task" });
  assert.deepEqual(finished.sort(), ["Collector", "Worker-1", "Worker-2"]);
});

for (const option of ["taskVentilatorAddr", "resultCollectorAddr", "controlSyncAddr"] as const)
  test(
    `a taken port of ${option} is named, and the others stop`,
    { timeout: 240_000 },
    async () => {
      const other = new Pull({ context: new Context() });
      const taken = await bindSocket(other, option, "tcp://127.0.0.1:*");
      const open = { listening: 0, finished: 0 };
      const onEvent = ({ type }: AgentEvent) => {
        if (type === "listening" || type === "finished") open[type]++;
      };
      try {
        await assert.rejects(
          runPipeline({ ...quick, [option]: taken, onEvent }),
          ({ message }: Error) => {
            assert.ok(
              message.startsWith(`Cannot bind ${option} ${taken}: the port is taken`),
              message,
            );
            assert.match(message, /choose another address/);
            return true;
          },
        );
        assert.ok(open.finished >= open.listening, "somebody who listened never finished");
      } finally {
        other.close();
      }
    },
  );

test("a wrong option is named", { timeout: 240_000 }, async () => {
  await assert.rejects(runPipeline({ ...quick, tasks: -1 }), {
    name: "RangeError",
    message: "Cannot use tasks as it must be a whole number from 0 up: current value is -1",
  });
  await assert.rejects(runPipeline({ ...quick, taskVentilatorAddr: "5557" }), {
    name: "TypeError",
    message: /Cannot use taskVentilatorAddr as it must look like tcp:\/\/127.0.0.1:5557/,
  });
  await assert.rejects(runPipeline({ ...quick, workMs: [1, -1], work: undefined }), {
    name: "RangeError",
    message: /Cannot use workMs/,
  });
});

/** Where a run is stopped: before it begins, while its agents meet, at work, at the end. */
const stops: Record<string, (event: AgentEvent) => boolean> = {
  "before it begins": () => false,
  "when the collector listens": ({ type }) => type === "listening",
  "when a worker is connected": ({ type }) => type === "connected",
  "when one worker is ready": ({ type }) => type === "worker-ready",
  "at START": ({ type }) => type === "started",
  "at the first task": ({ type }) => type === "task-started",
  "at the third result": (event) =>
    event.type === "result-received" && event.result === "Result_for_(Task_3_payload)_by_Worker-1",
  "at the first END": ({ type }) => type === "end-sent",
  "at the first leave": ({ type }) => type === "worker-done",
};

for (const [moment, isMoment] of Object.entries(stops))
  test(`stopped ${moment}, it reports and frees its ports`, { timeout: 240_000 }, async () => {
    const addresses = await freeAddresses();
    const stop = new AbortController();
    const onEvent = (event: AgentEvent) => isMoment(event) && stop.abort();
    if (moment === "before it begins") stop.abort();
    const options = { ...addresses, tasks: 6, taskDelayMs: 5, workMs: [10, 10] };
    const report = await runPipeline({ ...options, signal: stop.signal, onEvent });
    assert.ok(stop.signal.aborted, "the moment never came");
    assert.equal(report.collector?.outcome, "stopped");
    assert.equal(report.outcome, "stopped");
    const results = new Set(report.results.map((result) => result.task_id));
    const sent = report.events.filter(({ type }) => type === "task-sent").length;
    assert.equal(report.missingTasks.length, sent - results.size);
    everythingIsDone(await runPipeline(options), 6, 2);
  });

test("20 runs on the same ports leave nothing behind", { timeout: 240_000 }, async (t) => {
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(String(warning));
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const options = { ...quick, ...(await freeAddresses()), tasks: 20 };
  const { signal } = new AbortController();
  await runPipeline({ ...options, signal });
  const before = held();
  for (let run = 0; run < 20; run++)
    everythingIsDone(await runPipeline({ ...options, signal }), 20, 2);
  const after = held();
  assert.deepEqual(warnings, []);
  // libzmq closes in the background, so a few of the last run's sockets may still be there.
  assert.ok(after.files <= before.files + 30, `files: ${before.files}, then ${after.files}`);
  assert.ok(
    after.threads <= before.threads + 4,
    `threads: ${before.threads}, then ${after.threads}`,
  );
});

/** What this process holds; where there is no /proc (macOS, Windows) only the warnings are checked. */
function held(): { files: number; threads: number } {
  if (process.platform !== "linux") return { files: 0, threads: 0 };
  return {
    files: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
  };
}

test(
  "a stranger that takes tasks and never hangs up does not keep the pipeline",
  { timeout: 240_000 },
  async () => {
    const stranger = new Pull({ context: new Context(), linger: 0 });
    const onEvent = (event: AgentEvent) => {
      if (event.type === "listening" && event.agent === "Generator")
        stranger.connect(event.addresses[0]!);
    };
    const options = { ...quick, tasks: 20, taskDelayMs: 20, peerTimeoutMs: 200, onEvent };
    const report = await runPipeline(options).finally(() => stranger.close());
    assert.equal(report.outcome, "workers-lost");
    assert.equal(report.generator?.outcome, "stopped");
    assert.ok(report.missingTasks.length > 0, "the stranger took no task");
    assert.equal(report.results.length + report.missingTasks.length, 20);
  },
);

test(
  "parts come ahead of the result, in order, where they are wanted",
  { timeout: 240_000 },
  async () => {
    const work: Work = (data, { sendPartial }) => {
      for (const n of [1, 2, 3]) sendPartial?.(n);
      return data;
    };
    const without = await runPipeline({ ...quick, tasks: 4, work });
    assert.deepEqual([without.outcome, without.collector?.parts], ["complete", 0]);
    const report = await runPipeline({ ...quick, tasks: 4, work, streamParts: true });
    everythingIsDone(report, 4, 2);
    assert.equal(report.collector?.parts, 12);
    for (const { task_id: id } of report.results) {
      const said = report.events.flatMap((event) => {
        if (event.agent !== "Collector" || !("taskId" in event) || event.taskId !== id) return [];
        return event.type === "partial-received" ? [event.part] : [event.type];
      });
      assert.deepEqual(said, [1, 2, 3, "result-received"]);
    }
  },
);
