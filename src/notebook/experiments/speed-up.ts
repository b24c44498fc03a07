/** One, two and four workers, a process each, on the same documents: how much faster are more of them? */
import { availableParallelism } from "node:os";
import type { AgentEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { isFailedResult } from "../../messages/result-message";
import { ProcessPool } from "../../orchestration/process-pool";
import { lab } from "../lab/lab";
import { documents } from "./documents";

/** What so many workers made of all rounds. */
export interface SpeedUpRow {
  workers: number;
  /** For all documents of all rounds. */
  seconds: number;
  /** How many times as fast as one worker. */
  speedUp: number;
  /** How many cores the machine has. */
  cores: number;
}

const TEAMS = [1, 2, 4];
const work = require.resolve("./wink-work");
const heart = { heartbeatMs: 500, liveness: 20 };

/**
 * Measures teams of 1, 2 and 4 workers in turn, round by round, so that whatever else the machine does meets them
 * alike. They all run from the beginning, and each worker has thought before the clock starts.
 * @throws Error when a document was not analysed.
 */
export async function measureSpeedUp(count = 24, rounds = 3): Promise<SpeedUpRow[]> {
  const texts = documents(count);
  return lab("speed-up", async ({ signal, use }) => {
    const pool = use(new ProcessPool({ signal }));
    await pool.startBroker({ ...heart, brokerAddr: "tcp://127.0.0.1:*" });
    for (const team of TEAMS) await startTeam(pool, team, texts[0]!, signal);
    const totals = new Map(TEAMS.map((team) => [team, 0]));
    for (let round = 0; round < rounds; round++)
      for (const team of TEAMS) {
        const seconds = await analyse(pool.brokerAddr, serviceOf(team), texts, signal);
        totals.set(team, totals.get(team)! + seconds);
      }
    const cores = availableParallelism();
    return TEAMS.map((workers) => {
      const seconds = totals.get(workers)!;
      return { workers, seconds, speedUp: totals.get(TEAMS[0]!)! / seconds, cores };
    });
  });
}

function serviceOf(team: number): string {
  return `analyses by ${team}`;
}

/** Starts the workers of one team, and gives them work until each of them has done some. */
async function startTeam(pool: ProcessPool, team: number, text: string, signal: AbortSignal) {
  const names = Array.from({ length: team }, (_, index) => `${team}.${index + 1}`);
  const service = serviceOf(team);
  await Promise.all(names.map((id) => pool.startWorker(id, { ...heart, work, service })));
  const hasWorked = (id: string) =>
    pool.events.some(
      ({ agent, type }: AgentEvent) => agent === `Worker-${id}` && type === "task-done",
    );
  while (!names.every(hasWorked))
    await analyse(pool.brokerAddr, service, Array<string>(team).fill(text), signal);
}

/** Gives the seconds that a team takes over some texts. */
async function analyse(brokerAddr: string, service: string, texts: string[], signal: AbortSignal) {
  const startedAt = performance.now();
  const { results } = await majordomoClientAgent({
    ...{ brokerAddr, service, signal, tasks: texts.length },
    createData: (n) => ({ skill: "summary", text: texts[n - 1]! }),
  });
  signal.throwIfAborted();
  const done = results.filter(({ result_data: data }) => !isFailedResult(data)).length;
  if (done < texts.length)
    throw new Error(`${service}: only ${done} of ${texts.length} documents were analysed.`);
  return (performance.now() - startedAt) / 1000;
}
