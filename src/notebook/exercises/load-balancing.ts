/** The exercise of chapter 10: a broker in miniature that serves its line of idle workers from the wrong end. */
import type { Router } from "zeromq";
import { BrokerTrial, TrialFailed, type MiniBroker } from "../experiments/broker-trial";
import { lab } from "../lab/lab";
import { showVerdict, type Verdict } from "./verdict";

/** Lets the reader's broker share out tasks among real DEALER workers, and shows how it went. */
export async function checkFairBroker(serve: MiniBroker): Promise<void> {
  showVerdict(await tryFairBroker(serve));
}

/** A broker that gives each task to the worker that has waited longest. */
export async function solveFairBroker(router: Router): Promise<void> {
  const idle: Buffer[] = [];
  const waiting: Buffer[] = [];
  for await (const [sender, word, task] of router) {
    if (String(word) === "READY") idle.push(sender!); // to the end of the line
    if (String(word) === "TASK") waiting.push(task!);
    while (idle.length > 0 && waiting.length > 0)
      await router.send([idle.shift()!, waiting.shift()!]); // from its beginning
  }
}

const WORKERS = ["Worker-1", "Worker-2", "Worker-3"];

/** How many tasks come one by one. */
const QUIET_TASKS = 12;

/** Tells what checkFairBroker shows. */
export async function tryFairBroker(serve: MiniBroker): Promise<Verdict> {
  return lab("exercise of chapter 10", async ({ use }) => {
    const trial = await BrokerTrial.open(serve, WORKERS, use);
    try {
      await tryQuietDay(trial);
      await tryRushHour(trial);
    } catch (error) {
      if (!(error instanceof TrialFailed)) throw error;
      return { passed: false, explanation: error.message };
    }
    return {
      passed: true,
      explanation: `${QUIET_TASKS} tasks, one at a time: each of the three workers did four, in turn. Then six at once: nobody got a second task before saying READY, and no task overtook another.`,
    };
  });
}

/** All workers are idle each time that a task comes. */
async function tryQuietDay(trial: BrokerTrial): Promise<void> {
  for (const worker of WORKERS) await trial.ready(worker);
  const takers: string[] = [];
  for (let n = 1; n <= QUIET_TASKS; n++) {
    await trial.bring(`Task_${n}`);
    const { worker } = await trial.delivery(
      `All three workers had said READY, and Task_${n} came to none of them. Does what you send begin with the address of a worker?`,
    );
    takers.push(worker);
    await trial.ready(worker);
  }
  const problem = whoWaited(takers);
  if (problem) throw new TrialFailed(problem);
}

/** Says who had to wait while others got their tasks; undefined when each was served in turn. */
function whoWaited(takers: string[]): string | undefined {
  const starved = WORKERS.filter((worker) => !takers.includes(worker));
  const fed = WORKERS.filter((worker) => takers.includes(worker));
  if (starved.length > 0) {
    const got = fed.length === 1 ? "got all of them" : "shared them";
    return `${starved.join(" and ")} waited for ${takers.length} tasks while ${fed.join(" and ")} ${got}. Whoever has just said READY must stand behind those who wait already.`;
  }
  const wrong = takers.findIndex((worker, index) => worker !== inTurn(index));
  if (wrong < 0) return undefined;
  return `Task_${wrong + 1} went to ${takers[wrong]}, but ${inTurn(wrong)} had waited longer.`;
}

const inTurn = (index: number) => WORKERS[index % WORKERS.length];

/** Twice as many tasks as workers come at once, and the workers get free in another order. */
async function tryRushHour(trial: BrokerTrial): Promise<void> {
  const tasks = Array.from({ length: 2 * WORKERS.length }, (_, index) => `Rush_${index + 1}`);
  const atWork = new Map<string, string>();
  for (const task of tasks) await trial.bring(task);
  for (const task of tasks.slice(0, 3))
    await expectOneOf(tasks.slice(0, 3), atWork, trial, `Three workers were idle, and ${task}`);
  for (const [index, worker] of ["Worker-2", "Worker-3", "Worker-1"].entries()) {
    const task = tasks[3 + index]!;
    atWork.delete(worker);
    await trial.ready(worker);
    await expectOneOf([task], atWork, trial, `${worker} had said READY, and ${task}`);
  }
}

/** Takes the next delivery: it should be of one of these tasks, to a worker that has none. */
async function expectOneOf(
  due: string[],
  atWork: Map<string, string>,
  trial: BrokerTrial,
  awaited: string,
): Promise<void> {
  const { worker, task } = await trial.delivery(`${awaited}, which was waiting, came to nobody.`);
  const held = atWork.get(worker);
  if (held !== undefined)
    throw new TrialFailed(
      `${worker} got ${task} while it was still working on ${held}: it had not said READY again.`,
    );
  if (!due.includes(task))
    throw new TrialFailed(`${task} overtook ${due[0]}, which had waited longer.`);
  atWork.set(worker, task);
}
