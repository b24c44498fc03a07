/** Any of our agents, or all of them, in the place of a pyzmq program: the wire is the same. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { resultCollectorAgent } from "../../src/agents/result-collector";
import { taskGeneratorAgent } from "../../src/agents/task-generator";
import { taskProcessorAgent } from "../../src/agents/task-processor";
import type { ResultMessage } from "../../src/messages/result-message";
import { freeAddresses } from "../orchestration/ports";
import { runProgram, type Language } from "./programs";

const TASKS = 10;
const WORK_MS = 5;
const TASK_DELAY_MS = 5;

/** Who speaks which language. */
interface Cast {
  generator: Language;
  processors: Language[];
  collector: Language;
}

/** TypeScript agents as functions of this event loop, or generator and first worker as programs of their own. */
type Stage = "event loop" | "processes";

const languages: Language[] = ["TypeScript", "Python"];
const stages: { stage: Stage; workers: number }[] = [
  { stage: "event loop", workers: 2 },
  { stage: "processes", workers: 3 },
];

for (const { stage, workers } of stages)
  for (const generator of languages)
    for (const processor of languages)
      for (const collector of languages) {
        const cast = { generator, processors: Array<Language>(workers).fill(processor), collector };
        const name = `${generator} generator, ${workers} ${processor} workers, ${collector} collector (TypeScript in ${stage})`;
        test(name, { timeout: 480_000 }, (t) => playsThrough(t, cast, stage));
      }

for (const { stage } of stages)
  test(`a TypeScript worker beside a Python one (${stage})`, { timeout: 480_000 }, (t) =>
    playsThrough(
      t,
      { generator: "TypeScript", processors: ["TypeScript", "Python"], collector: "TypeScript" },
      stage,
    ),
  );

/** Runs the cast to its end; every task has one result, of the right shape, and every worker had some. */
async function playsThrough(t: TestContext, cast: Cast, stage: Stage): Promise<void> {
  const addresses = await freeAddresses();
  const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = addresses;
  const workers = cast.processors.length;

  /** Runs a program; it must end by itself with code 0 and without a word of complaint. */
  const program = async (...[language, agent, options]: Tail<Parameters<typeof runProgram>>) => {
    const { code, stdout, stderr } = await runProgram(t, language, agent, options);
    assert.deepEqual({ agent, code, stderr }, { agent, code: 0, stderr: "" });
    return stdout;
  };

  const collect = async (): Promise<ResultMessage[]> => {
    if (cast.collector === "TypeScript") {
      const summary = await resultCollectorAgent({ tasks: TASKS, workers, resultCollectorAddr });
      assert.equal(summary.outcome, "complete");
      return summary.results;
    }
    const options = { tasks: TASKS, workers, resultCollectorAddr };
    return resultsIn(await program("Python", "result-collector", options), workers);
  };

  const work = async (language: Language, index: number): Promise<void> => {
    const options = { workerId: String(index + 1), workMs: WORK_MS, ...addresses };
    if (language === "Python" || (stage === "processes" && index === 0)) {
      await program(language, "task-processor", options);
      return;
    }
    assert.equal((await taskProcessorAgent(options)).outcome, "complete");
  };

  const generate = async (): Promise<void> => {
    const meetingPoints = { taskVentilatorAddr, controlSyncAddr };
    const options = { tasks: TASKS, workers, taskDelayMs: TASK_DELAY_MS, ...meetingPoints };
    if (cast.generator === "Python" || stage === "processes") {
      await program(cast.generator, "task-generator", options);
      return;
    }
    assert.equal((await taskGeneratorAgent(options)).outcome, "complete");
  };

  const [results] = await Promise.all([collect(), generate(), ...cast.processors.map(work)]);
  everyResultIsThere(results, workers);
}

type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

/** Reads what the Python collector printed: a line of JSON for each message it got. */
function resultsIn(stdout: string, workers: number): ResultMessage[] {
  const messages = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ResultMessage);
  const isLeave = ({ task_id: taskId }: ResultMessage) => taskId === "WORKER_DONE";
  const leaves = messages.filter(isLeave).sort((a, b) => a.worker_id.localeCompare(b.worker_id));
  const expected = workerIds(workers).map((id) => ({ task_id: "WORKER_DONE", worker_id: id }));
  assert.deepEqual(leaves, expected);
  return messages.filter((message) => !isLeave(message));
}

function everyResultIsThere(results: ResultMessage[], workers: number): void {
  const now = Date.now() / 1000;
  const answered = results.map((result) => {
    assert.deepEqual(Object.keys(result).sort(), [
      ...["result_data", "task_id", "timestamp", "worker_id"],
    ]);
    assert.match(result.task_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    assert.ok(result.timestamp > now - 60 && result.timestamp < now + 1, String(result.timestamp));
    const match = /^Result_for_\(Task_(\d+)_payload\)_by_Worker-(\d+)$/.exec(
      result.result_data as string,
    );
    assert.equal(match?.[2], result.worker_id);
    return Number(match?.[1]);
  });
  assert.deepEqual(
    answered.sort((a, b) => a - b),
    Array.from({ length: TASKS }, (_, index) => index + 1),
  );
  assert.equal(new Set(results.map((result) => result.task_id)).size, TASKS);
  assert.deepEqual(
    [...new Set(results.map((result) => result.worker_id))].sort(),
    workerIds(workers),
  );
}

function workerIds(workers: number): string[] {
  return Array.from({ length: workers }, (_, index) => String(index + 1));
}
