/** A reader's agent on trial: behind a real broker, beside the team, with an engine that keeps count and can hang. */
import { once } from "node:events";
import { answerQuestion } from "../../agents/ai/team/answer-question";
import { analyst } from "../../agents/ai/team/analyst";
import { critic } from "../../agents/ai/team/critic";
import { editor } from "../../agents/ai/team/editor";
import { Library } from "../../agents/ai/team/library";
import { ANALYSE, CRITICISE, EDIT, PLAN } from "../../agents/ai/team/messages";
import { planner } from "../../agents/ai/team/planner";
import { DeadLetterError, type Ask } from "../../agents/majordomo/client/ask";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import type { Work } from "../../agents/work";
import type {
  AIEngine,
  CompleteOptions,
  EngineAnswer,
  EngineRequest,
  Skill,
  Usage,
} from "../../engines/engine";
import { winkEngine } from "../../engines/wink/wink-engine";
import type { Payload } from "../../messages/payload";
import { openBroker } from "../lab/broker";
import type { Lab } from "../lab/room";

/** An agent, made from an engine as the members of the team are. */
export type AgentOf = (engine: AIEngine) => Work;

/** A term, and what a text says about it. */
export type GlossaryEntry = { term: string; meaning: string };

/** The trial is over; the message says what went wrong. */
export class TrialOver extends Error {}

/** Longer than a short text takes on a busy machine, in milliseconds. */
const PATIENCE_MS = 20_000;

const SERVICE = "glossary";

/** The reader's agent among the others. */
export class AgentTrial {
  /** Set by whoever has a client. */
  ask!: Ask;
  readonly #engine = new WatchedEngine();

  private constructor(readonly brokerAddr: string) {}

  /** Starts a broker, the team and the reader's agent. @throws TrialOver when that is none. */
  static async open(agentOf: AgentOf, room: Lab): Promise<AgentTrial> {
    let joined = () => {};
    const complete = new Promise<void>((resolve) => (joined = resolve));
    const brokerAddr = await openBroker(room, {
      onEvent: ({ type, ...event }) => {
        if (type === "worker-joined" && "workers" in event && event.workers === 5) joined();
      },
    });
    const trial = new AgentTrial(brokerAddr);
    const engine = winkEngine();
    const members: Record<string, Work> = {
      [PLAN]: planner(engine),
      [ANALYSE]: analyst(engine, new Library(DOCUMENTS)),
      [CRITICISE]: critic(engine),
      [EDIT]: editor(engine),
      [SERVICE]: makeWork(agentOf, trial.#engine),
    };
    for (const [service, work] of Object.entries(members)) {
      const own = { brokerAddr, service, work, workerId: service, leaveTimeoutMs: 100 };
      void room.use(majordomoWorkerAgent({ ...own, signal: room.signal }));
    }
    room.use(() => trial.#engine.letGo());
    await complete;
    return trial;
  }

  /** What the team writes, without the headings. */
  async report(): Promise<string> {
    const { sections } = await answerQuestion({ ask: this.ask, question: QUESTION });
    return sections.map(({ answer }) => answer).join("\n\n");
  }

  /** Lets the reader's agent explain a text. @throws TrialOver when it does not. */
  async explain(text: string): Promise<Payload> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      return (await this.ask(SERVICE, { text }, { signal: patience })).result_data;
    } catch (error) {
      if (patience.aborted)
        throw new TrialOver(`your agent has not answered within ${PATIENCE_MS / 1000} s.`);
      if (!(error instanceof DeadLetterError)) throw error;
      const { name, message } = error.deadLetter.error;
      throw new TrialOver(`your agent failed: \`${name}: ${message}\`.`);
    }
  }

  /** @throws TrialOver when the reader's agent claims another cost than its engine had. */
  judgeCost(claimed: unknown): void {
    const { input, output } = this.#engine.cost;
    const own = (claimed ?? {}) as Partial<Usage>;
    if (own.input === input && own.output === output) return;
    const says =
      claimed === undefined
        ? "does not say what it cost"
        : `says that it read ${own.input} words and wrote ${own.output}`;
    throw new TrialOver(
      `your agent ${says}, but its engine was asked ${this.#engine.asked} times, read ${input} words and wrote ${output}. Add up the \`usage\` of all answers: see \`totalUsage\`.`,
    );
  }

  /** Gives up in the middle of the last thing the engine is asked. @throws TrialOver when the engine goes on. */
  async giveUp(text: string): Promise<void> {
    if (this.#engine.unstoppable > 0)
      throw new TrialOver(
        `your agent asked its engine ${this.#engine.unstoppable} times without a \`signal\`. When the client gives up, nobody can tell the engine, and it goes on and costs.`,
      );
    const hanging = this.#engine.hangAfter(this.#engine.asked - 1);
    const client = new AbortController();
    const asking = this.ask(SERVICE, { text }, { signal: client.signal }).then(nothing, nothing);
    const begun = await Promise.race([hanging, asking]);
    client.abort(new Error("the client gives up"));
    await asking;
    if (!begun || begun.aborted) return;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    await once(begun, "abort", { signal: patience }).catch(() => {
      throw new TrialOver(
        "the client gave up, and the engine was not stopped: give it the `signal` of your agent's task.",
      );
    });
  }
}

const nothing = () => undefined;

/** @throws TrialOver when that gives no work function. */
function makeWork(agentOf: AgentOf, engine: AIEngine): Work {
  const work: unknown = typeof agentOf === "function" ? agentOf(engine) : agentOf;
  if (typeof work === "function") return work as Work;
  throw new TrialOver(
    `an agent is a function that takes an engine and gives a work function; yours gives ${typeof work}.`,
  );
}

/** A real engine; it keeps count, and hangs where it is told to. */
class WatchedEngine implements AIEngine {
  readonly #engine = winkEngine();
  readonly name = this.#engine.name;
  readonly skills = this.#engine.skills;
  asked = 0;
  /** Times it was asked without a signal. */
  unstoppable = 0;
  readonly cost = { input: 0, output: 0 };
  #hangAt = Infinity;
  #hang: (signal: AbortSignal) => void = () => {};
  readonly #over = new AbortController();

  async complete<S extends Skill>(
    request: EngineRequest<S>,
    options: CompleteOptions = {},
  ): Promise<EngineAnswer<S>> {
    this.asked++;
    const { signal } = options;
    if (!signal) this.unstoppable++;
    if (this.asked > this.#hangAt) {
      const stopped = AbortSignal.any([this.#over.signal, ...(signal ? [signal] : [])]);
      this.#hang(signal ?? this.#over.signal);
      if (!stopped.aborted) await once(stopped, "abort");
      throw stopped.reason;
    }
    const answer = await this.#engine.complete(request, options);
    this.cost.input += answer.usage.input;
    this.cost.output += answer.usage.output;
    return answer;
  }

  /** Hangs from the request after the next `requests`. Gives that one's signal when it comes. */
  hangAfter(requests: number): Promise<AbortSignal> {
    this.#hangAt = this.asked + requests;
    return new Promise((resolve) => (this.#hang = resolve));
  }

  /** Ends whatever hangs. */
  letGo(): void {
    this.#over.abort(new Error("the trial is over"));
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }
}

const QUESTION = "What does a broker do when a worker dies?";

/** Short, so that the trial is. */
const DOCUMENTS = [
  {
    title: "About brokers",
    text: `A broker keeps every task until its result has come back. When a worker dies in the middle of a task, the broker gives that task to another worker. A task that has killed three workers becomes a dead letter.

A worker tells the broker that it is alive by a heartbeat. When three heartbeats are missing, the broker strikes the worker off its list. The connection of a dead process closes at once, so the broker often knows earlier.`,
  },
  {
    title: "About pipelines",
    text: `A pipeline has no broker. The generator deals its tasks to all workers in turn, and forgets them. When a worker dies in a pipeline, the tasks that were dealt to it are lost, and nobody knows.

The collector counts the results that come in. It knows that some are missing, but it cannot know why.`,
  },
];
