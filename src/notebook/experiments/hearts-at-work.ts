/** Whether a worker's heart goes on while it thinks: a broker that listens for it, and the worker as a process. */
import { majordomoClientAgent } from "../../agents/majordomo/client";
import type { AgentEvent } from "../../agents/events";
import { ProcessPool } from "../../orchestration/process-pool";
import { lab } from "../lab/lab";

/** What came of one long task. */
export interface HeartRow {
  "the engine computes": string;
  "the task was begun": string;
  "struck off": string;
  "what came of it": string;
}

/** Who is silent for a second while it works is taken for dead. */
const heart = { heartbeatMs: 200, liveness: 5 };

const PLACES = {
  "in the event loop": "./think-in-loop",
  "in a thread": "./think-in-thread",
} as const;

/** Gives one worker a task of so many copies of the tutorial, two tries at the most, and listens to its heart. */
export async function heartAtWork(place: keyof typeof PLACES, copies = 12): Promise<HeartRow> {
  return lab("heart at work", async ({ signal, use }) => {
    const events: AgentEvent[] = [];
    const onEvent = (event: AgentEvent) => void events.push(event);
    const pool = use(new ProcessPool({ signal, onEvent }));
    await pool.startBroker({ ...heart, maxAttempts: 2 });
    const work = require.resolve(PLACES[place]);
    await pool.startWorker("1", { ...heart, work, leaveTimeoutMs: 100 });
    const { brokerAddr } = pool;
    const { results } = await majordomoClientAgent({
      brokerAddr,
      signal,
      tasks: 1,
      createData: () => copies,
      isRetryable: () => false,
    });
    const count = (fits: (event: AgentEvent) => boolean) => times(events.filter(fits).length);
    return {
      "the engine computes": place,
      "the task was begun": count(({ type }) => type === "task-started"),
      "struck off": count((event) => event.type === "worker-left" && event.parting === "expired"),
      "what came of it": results.length > 0 ? "a result" : "a dead letter",
    };
  });
}

function times(count: number): string {
  return ["never", "once", "twice"][count] ?? `${count} times`;
}
