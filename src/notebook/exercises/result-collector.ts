/** Chapter 5's exercise: a loop that collects results and knows when the work is done. */
import { Context, Pull, Push } from "zeromq";
import { parseResultFrame } from "../../messages/frame";
import { isWorkerDoneMessage, type ResultMessage } from "../../messages/result-message";
import { closeSocket } from "../lab/close-socket";
import { judge, type Ending } from "./result-collector-judge";
import { roundInDisorder, roundInOrder, type Round } from "./result-collector-rounds";
import { showVerdict, type Verdict } from "./verdict";

/** The reader's answer: the results by task_id. */
export type Collect = (
  results: Pull,
  tasks: number,
  workers: number,
) => Promise<Map<string, ResultMessage>>;

/** Runs the reader's collector against workers that the check plays, and shows what became of it. */
export async function checkCollect(collect: Collect): Promise<void> {
  showVerdict(await tryCollect(collect));
}

/** One way to do it. */
export async function solveCollect(
  results: Pull,
  tasks: number,
  workers: number,
): Promise<Map<string, ResultMessage>> {
  const collected = new Map<string, ResultMessage>();
  let workersDone = 0;
  while (collected.size < tasks || workersDone < workers) {
    const [frame] = await results.receive();
    const parsed = parseResultFrame(frame!);
    if (parsed.ok === false) continue;
    if (isWorkerDoneMessage(parsed.message)) workersDone++;
    else collected.set(parsed.message.task_id, parsed.message);
  }
  return collected;
}

/** Everything is sent at once over one connection, so a collector is done long before. */
const LIMIT_MS = 5000;

/** Plays a friendly round, then a rough one; gives the first thing that goes wrong. */
export async function tryCollect(collect: Collect): Promise<Verdict> {
  for (const round of [roundInOrder(), roundInDisorder()]) {
    const problem = await play(round, collect);
    if (problem) return { passed: false, explanation: `${round.name}: ${problem}` };
  }
  const explanation =
    "All results came back, one for each task. A repeated result, a frame of garbage and an early " +
    "WORKER_DONE changed nothing, and your loop ended with the last message it needed.";
  return { passed: true, explanation };
}

/** Sends a round's frames to the reader's collector; tells what is wrong with its answer, if anything is. */
async function play(round: Round, collect: Collect): Promise<string | undefined> {
  const context = new Context();
  const results = new Pull({ context });
  const worker = new Push({ context, linger: 0 });
  try {
    await results.bind("tcp://127.0.0.1:*");
    worker.connect(results.lastEndpoint!);
    for (const { bytes } of round.frames) await worker.send(bytes);
    const ending = await endingOf(() => collect(results, round.tasks, round.workers));
    if (ending.how === "hung") return HUNG;
    if (results.closed) return "it closed the socket. Leave that to whoever opened it.";
    return judge(round, await countTaken(round, worker, results), ending);
  } finally {
    worker.close();
    await closeSocket(results);
  }
}

const HUNG = "everything was sent, and your function still waits for more. What does it count?";

/** How the reader's function ends, also if it throws before it returns a promise. */
async function endingOf(collect: () => Promise<unknown>): Promise<Ending> {
  const run = async (): Promise<Ending> => ({ how: "returned", value: await collect() });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ how: "hung" }), LIMIT_MS);
  });
  const running = run().catch((error: unknown): Ending => ({ how: "threw", error }));
  return Promise.race([running, limit]).finally(() => clearTimeout(timer));
}

/** One more frame on the same road comes last: what still lies before it, the reader's function has not taken. */
async function countTaken({ frames }: Round, worker: Push, results: Pull): Promise<number> {
  const last = "that was all";
  await worker.send(last);
  for (let left = 0; ; left++) {
    const [frame] = await results.receive();
    if (frame!.toString() === last) return frames.length - left;
  }
}
