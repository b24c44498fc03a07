/** The exercise of chapter 3: a worker made by hand, for a generator that counts on it. */
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Pull } from "zeromq";
import { taskGeneratorAgent } from "../../agents/task-generator";
import { parseTaskFrame } from "../../messages/frame";
import { END_OF_TASKS, isEndMessage } from "../../messages/task-message";
import type { PipelineAddresses } from "../../transport/addresses";
import { joinByHand } from "../lab/by-hand";
import { lab } from "../lab/lab";
import type { Lab } from "../lab/room";
import { showVerdict, type Verdict } from "./verdict";

/** What the reader writes: takes tasks until END, hangs up, and gives back the data of its tasks. */
export type HandMadeWorker = (tasks: Pull) => Promise<unknown>;

/** Lets the real generator deal six tasks to two of the reader's workers, and shows how it went. */
export async function checkHandMadeWorker(worker: HandMadeWorker): Promise<void> {
  showVerdict(await tryHandMadeWorker(worker));
}

/** A worker made by hand that does it all. */
export async function solveHandMadeWorker(tasks: Pull): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const [frame] of tasks) {
    const parsed = parseTaskFrame(frame!);
    if (parsed.ok === false) continue; // a stranger's frame is no task
    if (isEndMessage(parsed.message)) break;
    data.push(parsed.message.data);
  }
  tasks.close();
  return data;
}

/** What each worker gets: the generator deals in turn. */
const DEALT = [
  ["Task_1_payload", "Task_3_payload", "Task_5_payload"],
  ["Task_2_payload", "Task_4_payload", "Task_6_payload"],
];

/** How long the workers have for three tasks and an END, in milliseconds. */
const LIMIT_MS = 2000;

/** Tells what checkHandMadeWorker shows. */
export async function tryHandMadeWorker(worker: HandMadeWorker): Promise<Verdict> {
  return lab("exercise of chapter 3", async ({ signal, use }) => {
    const { generator, addresses } = await startGenerator(signal, use);
    const sockets = await joinByHand(use, DEALT.length, addresses);
    const limit = delay(LIMIT_MS, LATE, { signal });
    void use(limit);
    const runs = sockets.map((tasks) => use(settle(worker, tasks, limit)));
    const problems = (await Promise.all(runs)).map((run, index) => {
      const problem = problemOf(run, sockets[index]!, DEALT[index]!);
      return problem && `Worker ${index + 1} ${problem}`;
    });
    const problem = problems.find((found) => found !== undefined);
    if (problem) return { passed: false, explanation: problem };
    if ((await Promise.race([generator, limit])) === LATE)
      return { passed: false, explanation: "Both workers are done, but the generator is not." };
    return {
      passed: true,
      explanation:
        "Six tasks, two workers: each took its three and its END, and hung up. The generator saw both go, and finished.",
    };
  });
}

const LATE = Symbol("late");

async function startGenerator(signal: AbortSignal, use: Lab["use"]) {
  let announce: (addresses: PipelineAddresses) => void;
  const listening = new Promise<PipelineAddresses>((resolve) => (announce = resolve));
  const anyPort = "tcp://127.0.0.1:*";
  const generator = use(
    taskGeneratorAgent({
      tasks: DEALT.flat().length,
      workers: DEALT.length,
      taskDelayMs: 0,
      taskVentilatorAddr: anyPort,
      controlSyncAddr: anyPort,
      signal,
      onEvent(event) {
        if (event.type !== "listening") return;
        const [taskVentilatorAddr, controlSyncAddr] = event.addresses;
        announce({ taskVentilatorAddr, controlSyncAddr });
      },
    }),
  );
  const addresses = await Promise.race([listening, generator.then(() => ({}))]);
  return { generator, addresses };
}

type Run = { returned: unknown } | { thrown: unknown } | typeof LATE;

async function settle(
  worker: HandMadeWorker,
  tasks: Pull,
  limit: Promise<typeof LATE>,
): Promise<Run> {
  const run = async (): Promise<Run> => ({ returned: await worker(tasks) });
  return Promise.race([run().catch((thrown: unknown) => ({ thrown })), limit]);
}

/** The first thing that went wrong, to follow "Worker 1 …"; undefined when nothing did. */
function problemOf(run: Run, tasks: Pull, dealt: string[]): string | undefined {
  if (run === LATE)
    return `has not returned after ${LIMIT_MS / 1000} s. Three tasks and an END were sent to it: does it go on receiving after END?`;
  if ("thrown" in run) return `threw an error: \`${String(run.thrown)}\`.`;
  const data = run.returned;
  if (!Array.isArray(data))
    return `returned \`${describe(data)}\`: an array with the data of its tasks was to come.`;
  if (data.length < dealt.length && isDeepStrictEqual(data, dealt.slice(0, data.length)))
    return `returned after ${data.length} of its ${dealt.length} tasks: it must go on until END comes. What it leaves in its socket is lost.`;
  const extra: unknown = data.at(-1);
  if (data.length > dealt.length && (extra === null || extra === END_OF_TASKS))
    return `took END as a task: its last piece of data is \`${describe(extra)}\`. Look at the task_id before you keep the data.`;
  if (!isDeepStrictEqual(data, dealt))
    return `returned \`${describe(data)}\`, but the data of its tasks is \`${describe(dealt)}\`.`;
  if (!tasks.closed)
    return "took its tasks and its END, and did not hang up: its socket is still open. The generator cannot know that END arrived, and waits.";
  return undefined;
}

function describe(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
