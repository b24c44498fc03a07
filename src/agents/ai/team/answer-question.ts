/**
 * How a team comes to a report: who asks whom what, and when it is enough.
 *
 *     question ──▶ planner ──▶ an analyst a topic ◀──no── critic ──yes──▶ editor ──▶ report
 */
import { z } from "zod";
import type { Payload } from "../../../messages/payload";
import type { Usage } from "../../../engines/engine";
import { DeadLetterError, type Ask } from "../../majordomo/client/ask";
import { checkWholeNumbers } from "../../options";
import * as messages from "./messages";
import type { Edition, Topic, Verdict } from "./messages";

/** Options of {@link answerQuestion}. */
export interface AnswerQuestionOptions {
  /** Asks a service: what a client's `converse` is given. */
  ask: Ask;
  question: string;
  /** How often an analyst may try at a topic. Default: 3. */
  maxRounds?: number;
  /** Gives everything up. */
  signal?: AbortSignal;
}

/** One try at a topic. */
export interface Round {
  topic: string;
  /** Counted from 1. */
  round: number;
  answer: string;
  sources: string[];
  /** What the critic said; why nothing, when there was none to judge. */
  verdict: Verdict | string;
}

/** What somebody's answer cost. */
export interface Cost {
  /** The worker_id of who answered. */
  worker: string;
  service: string;
  usage: Usage;
}

/** What a team has made of a question. */
export interface TeamAnswer extends Omit<Edition, "usage"> {
  /** Every try, topic by topic. */
  rounds: Round[];
  /** One an answer, in order of arrival. */
  costs: Cost[];
}

/**
 * Lets a team answer a question. Topics are worked on side by side; an answer that the critic does not
 * accept is tried again with what was missing. The best one after the last round stays, and the report says
 * so; so it does of a topic whose analyst gave no answer.
 * @throws DeadLetterError when planner or editor give no answer, and the signal's reason when that gives up.
 */
export async function answerQuestion(options: AnswerQuestionOptions): Promise<TeamAnswer> {
  const { question, maxRounds = 3 } = options;
  checkWholeNumbers(1, { maxRounds });
  const desk = new Desk(options.ask, options.signal);
  const { topics } = await desk.ask(messages.PLAN, { question }, messages.plan);
  const discussions = await desk.together(topics.map((topic) => discuss(topic, desk, maxRounds)));
  const findings = discussions.map(({ finding }) => finding);
  const edition = await desk.ask(messages.EDIT, { question, findings }, messages.edition);
  const { report, lead, sections } = edition;
  const rounds = discussions.flatMap((discussion) => discussion.rounds);
  return { report, lead, sections, rounds, costs: desk.costs };
}

/** Analyst and critic in turns, until the critic is content or the rounds are up. */
async function discuss(topic: Topic, desk: Desk, maxRounds: number) {
  const rounds: Round[] = [];
  let missing: string[] = [];
  for (let round = 1; round <= maxRounds; round++) {
    const task = { ...topic, round, missing };
    const analysis = await unlessDead(desk.ask(messages.ANALYSE, task, messages.analysis));
    if (typeof analysis === "string") return conclude(topic, rounds, analysis);
    const { answer, sources } = analysis;
    const critique = { ...topic, answer };
    const verdict = await unlessDead(desk.ask(messages.CRITICISE, critique, messages.verdict));
    rounds.push({ topic: topic.topic, round, answer, sources, verdict });
    if (typeof verdict === "string" || verdict.accepted) break;
    missing = verdict.missing;
  }
  return conclude(topic, rounds);
}

/** What is said in the report, and what its reader should know. `lost`: why there is no further answer. */
function conclude({ topic }: Topic, rounds: Round[], lost?: string) {
  const best = rounds.toSorted((one, other) => scoreOf(other) - scoreOf(one))[0];
  const { answer = "", sources = [] } = best ?? {};
  const note = noteOn(best, rounds.length, lost);
  return { rounds, finding: { topic, answer, sources, ...(note && { note }) } };
}

function noteOn(best: Round | undefined, rounds: number, lost?: string): string | undefined {
  if (!best) return `Missing: the analyst gave no answer (${lost})`;
  if (typeof best.verdict === "string") return `Not judged: the critic gave none (${best.verdict})`;
  if (best.verdict.accepted) return undefined;
  return `Weak: ${best.verdict.reason}, after ${rounds} ${rounds === 1 ? "round" : "rounds"}`;
}

/** An accepted answer is better than any other. */
function scoreOf({ verdict }: Round): number {
  if (typeof verdict === "string") return 0;
  return verdict.score + (verdict.accepted ? 1 : 0);
}

/** Gives the reason of a task that ended as a dead letter. */
async function unlessDead<T>(asking: Promise<T>): Promise<T | string> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof DeadLetterError)) throw error;
    const { name, message } = error.deadLetter.error;
    return `${name}: ${message}`;
  }
}

/** Where questions go out and answers come in. When one fails, nobody goes on for nothing. */
class Desk {
  readonly costs: Cost[] = [];
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;

  constructor(
    private readonly send: Ask,
    signal?: AbortSignal,
  ) {
    this.#signal = AbortSignal.any([this.#failure.signal, ...(signal ? [signal] : [])]);
  }

  /** Asks a service. @throws TypeError when the answer is of another shape than its role demands. */
  async ask<T extends { usage: Usage }>(
    service: string,
    task: Payload,
    shape: z.ZodType<T>,
  ): Promise<T> {
    const result = await this.send(service, task, { signal: this.#signal });
    const { worker_id: worker, result_data: data } = result;
    const read = shape.safeParse(data);
    if (!read.success)
      throw new TypeError(
        `Worker-${worker} must answer "${service}" otherwise: ${z.prettifyError(read.error)}`,
      );
    this.costs.push({ worker, service, usage: read.data.usage });
    return read.data;
  }

  /** Waits for all; the first failure gives all others up, and is thrown when they have ended. */
  async together<T>(activities: Promise<T>[]): Promise<T[]> {
    for (const activity of activities) activity.catch((error) => this.#failure.abort(error));
    await Promise.allSettled(activities);
    this.#signal.throwIfAborted();
    return Promise.all(activities);
  }
}
