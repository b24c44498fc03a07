/** A pool whose workers join, die, freeze, come back and leave while tasks flow: a process each. */
import type { AgentEvent } from "../../agents/events";
import type { MajordomoClientSummary } from "../../agents/majordomo/events";
import type { BrokerFlags } from "../../orchestration/agent-flags";
import { ProcessPool, type ProcessPoolOptions } from "../../orchestration/process-pool";

/** A heartbeat every 200 ms; who misses three is struck off. */
const heart = { heartbeatMs: 200, liveness: 3 };

/** A task takes 150 ms, in which a worker hears nothing: the answer of one who was frozen is out before he knows. */
const hands = { ...heart, work: require.resolve("./blocking-work") };

/** Whose pool it is, and where its broker shall be. */
export type TroubleOptions = ProcessPoolOptions & Pick<BrokerFlags, "brokerAddr">;

/** What became of a pool with trouble in it. */
export interface TroubleReport {
  client: MajordomoClientSummary;
  /** What everybody reported. */
  events: AgentEvent[];
}

/** Lets a client send `tasks` tasks to a pool in which nothing stays as it is: enough to last until the end of it. */
export async function comeAndGo(
  { brokerAddr, ...options }: TroubleOptions,
  tasks = 80,
): Promise<TroubleReport> {
  const pool = new ProcessPool(options);
  let trouble: Promise<void> | undefined;
  try {
    await pool.startBroker({ ...heart, brokerAddr });
    const client = pool.runClient({ tasks, taskDelayMs: 30 });
    trouble = disturb(pool);
    await Promise.race([client, trouble]);
    return { client: (await client)!, events: pool.events };
  } finally {
    await pool.close();
    await trouble?.catch(() => {}); // when all tasks are done, there is nobody left to disturb
  }
}

/** What happens to the workers while tasks flow. */
async function disturb(pool: ProcessPool): Promise<void> {
  await Promise.all([pool.startWorker("1", hands), pool.startWorker("2", hands)]);
  await duringTask(pool, "Worker-1");
  await pool.startWorker("3", hands);
  await duringTask(pool, "Worker-1");
  await pool.kill("Worker-1");
  await freezeForAWhile(pool, "Worker-2");
  await pool.startWorker("4", hands);
  await duringTask(pool, "Worker-3");
  await pool.dismiss("Worker-3");
}

/** Stops a worker in the middle of a task, and lets it go on when another has done that task. */
async function freezeForAWhile(pool: ProcessPool, worker: string): Promise<void> {
  if (process.platform === "win32") return; // nobody can be frozen there
  await duringTask(pool, worker);
  pool.freeze(worker);
  const back = await pool.next(
    (event) => event.type === "request-redelivered" && event.attempt.worker.startsWith(worker),
  );
  if (back?.type !== "request-redelivered") throw new Error("Nobody has noticed it.");
  await pool.next((event) => event.type === "request-answered" && event.request === back.request);
  pool.thaw(worker);
  await pool.next((event) => event.agent === worker && event.type === "registered");
}

async function duringTask(pool: ProcessPool, worker: string): Promise<void> {
  const begun = await pool.next(({ agent, type }) => agent === worker && type === "task-started");
  if (!begun) throw new Error(`${worker} has not begun another task.`);
}
