/** A client that gives up in the middle of a long thought: what everybody saw, in order. */
import { engineWork } from "../../agents/ai/engine-work";
import type { AgentEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import type { AIEngine, CompleteOptions, EngineRequest, Skill } from "../../engines/engine";
import { openBroker } from "../lab/broker";
import { lab } from "../lab/lab";

/** What somebody saw. */
export interface Sighting {
  who: string;
  what: string;
}

/**
 * Lets a client ask for something that takes long, and give up when the engine is at work on it.
 * @throws Error when the engine was done before.
 */
export async function giveUp(engine: AIEngine, request: EngineRequest): Promise<Sighting[]> {
  return lab("giving up", async ({ signal, use }) => {
    const seen: Sighting[] = [];
    const client = new AbortController();
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const watched = watch(engine, (what) => {
      seen.push({ who: "Engine", what });
      if (what === BEGINS) client.abort(new Error("never mind"));
      else end();
    });
    const onEvent = (event: AgentEvent) => {
      const what = inWords(event);
      if (what) seen.push({ who: event.agent, what });
    };
    const brokerAddr = await openBroker({ signal, use }, { onEvent });
    void use(majordomoWorkerAgent({ brokerAddr, signal, onEvent, work: engineWork(watched) }));
    await majordomoClientAgent({
      brokerAddr,
      signal,
      onEvent,
      async converse(ask) {
        await ask("work", request, { signal: client.signal }).catch((error: Error) =>
          seen.push({ who: "Client", what: `gives up: “${error.message}”` }),
        );
        await ended;
      },
    });
    return seen;
  });
}

const BEGINS = "begins to think";

/** The same engine, and somebody who hears when it begins and how it ends. */
function watch(engine: AIEngine, tell: (what: string) => void): AIEngine {
  return {
    name: engine.name,
    skills: engine.skills,
    async complete<S extends Skill>(request: EngineRequest<S>, options?: CompleteOptions) {
      const answer = engine.complete(request, options);
      tell(BEGINS);
      return answer.then(
        (value) => {
          tell("has an answer");
          return value;
        },
        (error: Error) => {
          tell("is stopped");
          throw error;
        },
      );
    },
    close: () => engine.close(),
  };
}

function inWords(event: AgentEvent): string | undefined {
  switch (event.type) {
    case "task-sent":
      return "sends the task";
    case "request-dispatched":
      return `gives it to ${event.worker.replace(/-[0-9a-f]{8}$/, "")}`;
    case "task-started":
      return "starts the task";
    case "request-cancelled":
      return "takes it back";
    case "task-dropped":
      return "drops the task";
    case "task-done":
    case "result-received":
      return "has a result";
    default:
      return undefined;
  }
}
