import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { EngineResult } from "../../../src/agents/ai/engine-work";
import type { AgentEvent } from "../../../src/agents/events";
import { majordomoBrokerAgent } from "../../../src/agents/majordomo/broker";
import { majordomoClientAgent } from "../../../src/agents/majordomo/client";
import type { EngineRequest } from "../../../src/engines/engine";
import {
  startOpenAIServer,
  type ChatRecord,
  type Reply,
} from "../../../src/notebook/experiments/openai-server";

const KEY = "sk-Secret/Key+0123456789==";
const TASKS = 60;
const FATAL = ["Task 12", "Task 25", "Task 41"];
const SENTIMENT = '{"score":0.5,"label":"positive"}';
const summaryOf = (task: string) => `${task} is about ships, and each of them has a name.`;

/** What goes wrong before an answer comes; the last two are the end of a task. */
const faults: Record<string, (isJson: boolean) => Reply> = {
  limit: () => ({ kind: "status", status: 429, headers: { "retry-after": "1" } }),
  exactLimit: () => ({ kind: "status", status: 429, headers: { "retry-after-ms": "700" } }),
  busy: () => ({ kind: "status", status: 503, headers: { "retry-after": "1" } }),
  broken: () => ({ kind: "status", status: 500 }),
  echo: () => ({ kind: "echo-key", status: 502 }),
  cut: () => ({ kind: "cut", text: "Task what is ab" }),
  half: () => ({ kind: "answer", text: "Task what is ab", finish: null }),
  nonsense: (isJson) =>
    isJson
      ? { kind: "nonsense", text: "I like it." }
      : { kind: "answer", text: "It", finish: "length" },
  refuse: () => ({ kind: "refuse", text: "I will not talk about ships." }),
  forbidden: () => ({ kind: "echo-key", status: 401 }),
};
const passing = Object.keys(faults).slice(0, -2);
const retryAfterMs: Record<string, number> = { limit: 1000, exactLimit: 700, busy: 1000 };

/** What each task meets, one after the other, before it is answered: the same for the same seed. */
function makePlan(seed: number): string[][] {
  const random = xoroshiro128plus(seed);
  const below = (n: number) => uniformInt(random, 0, n - 1);
  return Array.from({ length: TASKS }, (_, index) => {
    if (FATAL.includes(`Task ${index + 1}`)) return [];
    if (index === 3 || index === 33) return ["stall"];
    const first = ["refuse", "forbidden"][below(12)];
    if (first) return [first];
    const many = [0, 0, 1, 1, 2, 3][below(6)]!;
    return Array.from({ length: many }, () => passing[below(passing.length)]!);
  });
}

const isJson = (n: number) => n % 2 === 0;
const numberOf = (task: string) => Number(task.slice("Task ".length));

function requestOf(n: number): EngineRequest {
  return { skill: isJson(n) ? "sentiment" : "summary", text: `Task ${n}: say something of it.` };
}

function startServer(plan: string[][]) {
  return startOpenAIServer(
    ({ text, attempt }) => {
      const n = numberOf(taskOf(text));
      const fault = plan[n - 1]![attempt - 1];
      if (fault === "stall") return { kind: "stall", text: "Task" };
      if (fault) return faults[fault]!(isJson(n));
      return { kind: "answer", text: isJson(n) ? SENTIMENT : summaryOf(`Task ${n}`) };
    },
    { taskOf },
  );
}

function taskOf(text: string): string {
  return /^Task \d+/.exec(text)![0];
}

/** Two workers, each a process; whoever is killed is replaced. All that they say is kept. */
function staffWorkers(t: TestContext, brokerAddr: string, env: NodeJS.ProcessEnv) {
  const running = new Map<ChildProcess, Promise<unknown>>();
  const said: string[] = [];
  let killed = 0;
  let isOver = false;
  const start = (workerId: number) => {
    const script = path.join(__dirname, "../../../src/agents/majordomo/worker.ts");
    const flags = ["--worker-id", String(workerId), "--broker-addr", brokerAddr];
    const patience = ["--heartbeat-ms", "250", "--liveness", "80"];
    const work = ["--work", path.join(__dirname, "dying-work.ts")];
    const program = ["--require", "ts-node/register/transpile-only", script];
    const child = spawn(process.execPath, [...program, ...flags, ...patience, ...work], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (words: string) => said.push(words));
    const closed = once(child, "close").then(() => {
      running.delete(child);
      if (child.signalCode !== "SIGKILL" || isOver) return;
      killed++;
      start(workerId + 2);
    });
    running.set(child, closed);
  };
  start(1);
  start(2);
  const end = async () => {
    isOver = true;
    for (const child of running.keys()) child.kill("SIGTERM");
    await Promise.all(running.values());
  };
  t.after(async () => {
    isOver = true;
    for (const child of running.keys()) child.kill("SIGKILL");
    await Promise.all(running.values());
  });
  return { said, end, killed: () => killed };
}

/** A broker of this process, and where it is. */
async function startBroker(t: TestContext, onEvent: (event: AgentEvent) => void) {
  const stop = new AbortController();
  let onAddress: (address: string) => void;
  const address = new Promise<string>((resolve) => (onAddress = resolve));
  const broker = majordomoBrokerAgent({
    brokerAddr: "tcp://127.0.0.1:*",
    heartbeatMs: 250,
    liveness: 80, // patient with a slow machine: who is killed is noticed by the connection
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "listening") onAddress(event.addresses[0]!);
      onEvent(event);
    },
  });
  t.after(async () => {
    stop.abort();
    await broker;
  });
  return address;
}

test(
  "against a server that does everything wrong each task ends, and none is paid for twice",
  { timeout: 600_000 },
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), "llm-tasks-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const plan = makePlan(20);
    const server = await startServer(plan);
    t.after(() => server.close());
    const events: AgentEvent[] = [];
    const onEvent = (event: AgentEvent) => void events.push(event);
    const brokerAddr = await startBroker(t, onEvent);
    const workers = staffWorkers(t, brokerAddr, {
      LLM_BASE_URL: server.baseURL,
      LLM_MODEL: "script",
      LLM_API_KEY: KEY,
      LLM_STALL_MS: "3000",
      LLM_ANSWERS_FOLDER: path.join(folder, "answers"),
      FATAL_TASKS: FATAL.join(","),
      GRAVEYARD: folder,
    });
    const { results, deadLetters, outcome } = await majordomoClientAgent({
      brokerAddr,
      tasks: TASKS,
      createData: requestOf,
      heartbeatMs: 250,
      liveness: 80,
      backoffMs: 20,
      onEvent,
    });
    await workers.end();

    assert.equal(outcome, "complete");
    assert.equal(results.length + deadLetters.length, TASKS, "every task has ended");
    const taskOfId = new Map(
      events.flatMap((event) =>
        event.type === "task-sent"
          ? [[event.taskId, taskOf((event.data as EngineRequest).text)]]
          : [],
      ),
    );
    const answered = results.map(({ task_id }) => taskOfId.get(task_id)!);
    assert.equal(new Set(answered).size, results.length);
    for (const { task_id, result_data } of results)
      assertAnswer(taskOfId.get(task_id)!, result_data as EngineResult);

    for (const [index, fates] of plan.entries()) {
      const task = `Task ${index + 1}`;
      const isLost = fates.length >= 3 || ["refuse", "forbidden"].includes(fates[0]!);
      assert.equal(answered.includes(task), !isLost, `${task} met ${fates.join(", ")}`);
      assert.equal(server.paidAnswers(task), isLost ? 0 : 1, `${task} is paid for once`);
    }
    for (const { error, task } of deadLetters)
      assert.match(
        error.name,
        /^(RateLimited|Engine|StreamCut|Invalid|Refused|Request)/,
        task.task_id,
      );
    assert.ok(results.length > 30 && deadLetters.length > 3);

    assert.equal(workers.killed(), FATAL.length);
    for (const task of FATAL) assert.ok(existsSync(path.join(folder, task)), `${task} killed`);
    assertPauses(server.records, plan);
    assertNoKey([JSON.stringify([events, results, deadLetters, server.records]), ...workers.said]);
    assert.ok(readdirSync(path.join(folder, "answers")).length >= results.length);
  },
);

function assertAnswer(task: string, { engine, output, usage }: EngineResult): void {
  assert.equal(engine, "script");
  assert.equal(usage.unit, "tokens");
  const expected: unknown = isJson(numberOf(task)) ? JSON.parse(SENTIMENT) : summaryOf(task);
  assert.deepEqual(output, expected);
}

/** By the server's own clock: nobody came back before the time that it had asked for. */
function assertPauses(records: ChatRecord[], plan: string[][]): void {
  let pauses = 0;
  for (const record of records) {
    const pauseMs = retryAfterMs[plan[numberOf(record.task) - 1]![record.attempt - 1]!];
    const next = records.find(
      ({ task, attempt }) => task === record.task && attempt === record.attempt + 1,
    );
    if (pauseMs === undefined || !next) continue;
    pauses++;
    const waitedMs = next.at - record.at;
    assert.ok(waitedMs >= pauseMs, `${record.task} came back after ${waitedMs} of ${pauseMs} ms`);
  }
  assert.ok(pauses >= 5, `${pauses} pauses were kept`);
}

function assertNoKey(texts: string[]): void {
  const forms = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString("base64"), "Secret"];
  const inHeader = Buffer.from(`Bearer ${KEY}`).toString("base64").slice(0, -4);
  const all = texts.join("");
  assert.match(all, /\[key\]/, "the server did repeat it");
  for (const form of [...forms, inHeader]) assert.ok(!all.includes(form));
}
