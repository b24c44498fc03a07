/** What the tests of a team share: an engine with given answers, a small shelf of documents, a context. */
import type { WorkContext } from "../../../../src/agents/work";
import type { AIEngine, EngineAnswer, EngineRequest, Skill } from "../../../../src/engines/engine";

/** An engine that answers with what it is given, and keeps what it was asked. */
export function scriptedEngine(outputs: { "key-phrases"?: string[]; summary?: string }) {
  const asked: EngineRequest[] = [];
  const engine: AIEngine = {
    name: "script",
    skills: ["key-phrases", "summary"],
    complete<S extends Skill>(request: EngineRequest<S>) {
      asked.push(request);
      const output = outputs[request.skill as "summary"];
      const usage = { unit: "words", input: 1, output: 2, durationMs: 3 } as const;
      return Promise.resolve({ output, usage } as unknown as EngineAnswer<S>);
    },
    close: () => Promise.resolve(),
  };
  return { engine, asked };
}

export const context: WorkContext = { taskId: "task", workerId: "worker" };

export const documents = [
  {
    title: "Brokers",
    text: `A broker keeps every task until its result has come back from some worker. When a worker dies in the middle of a task, the broker gives that task to another worker at once.

A worker tells the broker that it is alive by a heartbeat, four times a second. When three heartbeats are missing, the broker strikes the worker off its list and forgets its name.

Who is struck off too early comes back under another name, registers again, and waits for work like any other.`,
  },
  {
    title: "Pipelines",
    text: `A pipeline has no broker: the generator deals tasks to all workers in turn, and forgets them. What was dealt to a worker that dies is lost, and nobody knows how much that was.`,
  },
];
