/** Many documents, four minds, each a process, and somebody who kills them: are the analyses still the same? */
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { EngineResult } from "../../agents/ai/engine-work";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import type { EngineRequest, Outputs, Skill } from "../../engines/engine";
import { isFailedResult } from "../../messages/result-message";
import { ProcessPool } from "../../orchestration/process-pool";
import { lab } from "../lab/lab";
import { begunTwice } from "../pictures/recording";
import { documents } from "./documents";

/** What came of all documents. */
export interface Analyses {
  /** One a document, in the order of the documents; undefined where there is none. */
  outputs: (Outputs[Skill] | undefined)[];
  killed: number;
  /** Tasks that were begun more than once. */
  begunAgain: number;
  /** From the first document sent to the last analysis. */
  seconds: number;
}

/** Strikes while the work goes on, as often as it likes; ends when `over` aborts. */
export type Fate = (strike: Strike, pool: ProcessPool, over: AbortSignal) => Promise<void>;

/** Kills a worker as `kill -9` does, by default the one that has worked longest, and starts another in its place. */
export type Strike = (agent?: string) => Promise<void>;

const SKILLS: Skill[] = ["sentiment", "entities", "key-phrases", "summary"];
const WORKERS = ["1", "2", "3", "4"];
const work = require.resolve("./wink-work");

/** A worker that the machine keeps waiting is not dead: the engine computes in a thread, so its heart goes on. */
const heart = { heartbeatMs: 500, liveness: 20 };

/** Lets four processes analyse texts, each with one of the four skills in turn. */
export async function analyse(texts: readonly string[], fate?: Fate): Promise<Analyses> {
  const requests = texts.map((text, index): EngineRequest => {
    return { skill: SKILLS[index % SKILLS.length]!, text };
  });
  return lab("analyses", async ({ signal, use }) => {
    const pool = use(new ProcessPool({ signal }));
    await pool.startBroker({ ...heart, brokerAddr: "tcp://127.0.0.1:*", maxAttempts: 10 });
    const { strike, killed } = await hire(pool);
    const over = new AbortController();
    const striking = fate?.(strike, pool, AbortSignal.any([signal, over.signal]));
    const asked = ask(requests, pool.brokerAddr, signal).finally(() => over.abort());
    const [answers] = await Promise.all([asked, striking]);
    return { ...answers, killed: killed(), begunAgain: begunTwice(pool.events).length };
  });
}

/** Starts the workers, and gives the means to kill them. */
async function hire(pool: ProcessPool) {
  const atWork: string[] = [];
  const start = async (id: string) => {
    await pool.startWorker(id, { ...heart, work, leaveTimeoutMs: 0 });
    atWork.push(`Worker-${id}`);
  };
  let killed = 0;
  const strike: Strike = async (agent = atWork[0]) => {
    if (!agent || !atWork.includes(agent) || atWork.length < 2) return; // somebody has to do the work
    atWork.splice(atWork.indexOf(agent), 1);
    await pool.kill(agent);
    killed++;
    await start(agent.replace("Worker-", ""));
  };
  await Promise.all(WORKERS.map(start));
  return { strike, killed: () => killed };
}

async function ask(requests: EngineRequest[], brokerAddr: string, signal: AbortSignal) {
  const asked: string[] = [];
  const startedAt = performance.now();
  const { results } = await majordomoClientAgent({
    ...{ brokerAddr, signal, maxAttempts: 10, tasks: requests.length },
    createData: (n) => requests[n - 1]!,
    onEvent: (event) => {
      if (event.type === "task-sent") asked.push(event.taskId);
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const byTask = new Map(results.map((result) => [result.task_id, result.result_data]));
  const outputs = asked.map((taskId) => {
    const data = byTask.get(taskId);
    if (data === undefined || isFailedResult(data)) return undefined;
    return (data as EngineResult).output;
  });
  return { outputs, seconds };
}

/** A fate that strikes every so many milliseconds, whoever is in the middle of what. */
export function killEvery(everyMs: number): Fate {
  return async (strike, _pool, over) => {
    const replacements: Promise<void>[] = [];
    for (;;) {
      await delay(everyMs, undefined, { signal: over }).catch(() => {});
      if (over.aborted) break;
      replacements.push(strike());
    }
    await Promise.all(replacements);
  };
}

/** A row for a table. */
export interface AnalysesRow {
  run: string;
  documents: number;
  analyses: number;
  killed: number;
  "begun again": number;
  "the same as without kills": number;
  seconds: number;
}

/** Analyses the same documents without kills and with one every two seconds. */
export async function compareAnalyses(count = 200, everyMs = 2000): Promise<AnalysesRow[]> {
  const texts = documents(count);
  const calm = await analyse(texts);
  const stormy = await analyse(texts, killEvery(everyMs));
  const row = (run: string, { outputs, killed, begunAgain, seconds }: Analyses): AnalysesRow => ({
    run,
    documents: count,
    analyses: outputs.filter((output) => output !== undefined).length,
    killed,
    "begun again": begunAgain,
    "the same as without kills": outputs.filter((output, index) => {
      return output !== undefined && isDeepStrictEqual(output, calm.outputs[index]);
    }).length,
    seconds: Number(seconds.toFixed(1)),
  });
  return [row("nobody is killed", calm), row(`one every ${everyMs / 1000} s`, stormy)];
}
