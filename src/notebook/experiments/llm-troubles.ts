/** Tasks for a language model that has a bad day: a server of this machine plays it, and keeps count. */
import { engineWork } from "../../agents/ai/engine-work";
import type { AgentEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import type { EngineRequest } from "../../engines/engine";
import { llmEngine } from "../../engines/llm/llm-engine";
import type { DeadLetter } from "../../messages/dead-letter";
import { openBroker } from "../lab/broker";
import { lab } from "../lab/lab";
import { startOpenAIServer, type Reply } from "./openai-server";

/** What the server does at each request of a task; the last of it for ever. */
const DAYS = {
  "a good day": [good()],
  "too many requests": [busy(), good()],
  "half an answer": [cut(), good()],
  "no JSON": [chat("I like it!"), good()],
  "it will not": [{ kind: "refuse", text: "I would rather not." }],
  "all of it": [busy(), cut(), chat("I like it!")],
} satisfies Record<string, Reply[]>;

type Day = keyof typeof DAYS;

function good(): Reply {
  return chat('{"score": 0.6, "label": "positive"}');
}

function chat(text: string): Reply {
  return { kind: "answer", text };
}

function busy(): Reply {
  const body = JSON.stringify({ error: { message: "Too many requests, come back in a second." } });
  return { kind: "status", status: 429, headers: { "retry-after": "1" }, body };
}

function cut(): Reply {
  return { kind: "cut", text: '{"score": 0.6, "la' };
}

/** How a task ended, and what that took. */
export interface TroubleRow {
  "the model's day": string;
  requests: number;
  /** Good answers that the server was paid for. */
  paid: number;
  "the task ended as": string;
}

/** What became of all tasks. */
export interface LlmTroubles {
  rows: TroubleRow[];
  /** The history of the task that everything happened to. */
  worst: DeadLetter;
  /** In how many of the reported events, results and dead letters the API key is to be seen. */
  keySeen: number;
}

const API_KEY = "sk-of-nobody-0123456789";

/** Gives a task for each day to a worker whose engine asks that server. */
export async function haveTroubles(): Promise<LlmTroubles> {
  return lab("troubles of an LLM", async ({ signal, use }) => {
    const days = Object.keys(DAYS) as Day[];
    const server = use(
      await startOpenAIServer(({ text, attempt }) => {
        const replies: Reply[] = DAYS[text as Day];
        return replies[Math.min(attempt, replies.length) - 1]!;
      }),
    );
    const engine = llmEngine({ baseURL: server.baseURL, model: "a-model", apiKey: API_KEY });
    const events: AgentEvent[] = [];
    const onEvent = (event: AgentEvent) => void events.push(event);
    const brokerAddr = await openBroker({ signal, use }, { onEvent });
    void use(majordomoWorkerAgent({ brokerAddr, signal, onEvent, work: engineWork(engine) }));
    const createData = (n: number): EngineRequest => ({ skill: "sentiment", text: days[n - 1]! });
    const tasks = days.length;
    const summary = await majordomoClientAgent({ brokerAddr, signal, onEvent, tasks, createData });
    const ends = new Map(
      summary.deadLetters.map((letter) => [textOf(letter), letter] as [string, DeadLetter]),
    );
    const rows = days.map((day) => ({
      "the model's day": day,
      requests: server.records.filter(({ task }) => task === day).length,
      paid: server.paidAnswers(day),
      "the task ended as": ends.has(day) ? `a dead letter` : "a result",
    }));
    return { rows, worst: ends.get("all of it")!, keySeen: sightingsOfKey([...events, summary]) };
  });
}

function textOf({ task }: DeadLetter): string {
  return (task.data as EngineRequest).text;
}

function sightingsOfKey(reported: readonly unknown[]): number {
  return reported.filter((one) => JSON.stringify(one).includes(API_KEY)).length;
}
