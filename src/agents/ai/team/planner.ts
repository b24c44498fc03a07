/** The member of a team that takes a question apart. */
import type { AIEngine } from "../../../engines/engine";
import { validated } from "../../validated";
import type { Work } from "../../work";
import { contentWords, stemsOf } from "./content-words";
import { planTask, type Plan, type Topic } from "./messages";

/** How many topics a question is split into, at the most. */
const MOST_TOPICS = 3;

/** Work of the service "plan": the key phrases of a question become topics. */
export function planner(engine: AIEngine): Work {
  return validated(planTask, async ({ question }, { signal, taskId }): Promise<Plan> => {
    const request = { skill: "key-phrases", text: question, most: MOST_TOPICS } as const;
    const { output: phrases, usage } = await engine.complete(request, { signal, taskId });
    return { topics: topicsOf(question, phrases), usage };
  });
}

/** What is no topic is asked of every topic: in "how do A and B die?" that is "die". */
function topicsOf(question: string, phrases: readonly string[]): Topic[] {
  if (phrases.length === 0) return [{ topic: question, words: [] }]; // as in "Why?"
  const taken = new Set(phrases.flatMap(stemsOf));
  const rest = contentWords(question).filter(({ stem }) => !taken.has(stem));
  const words = [...new Set(rest.map(({ word }) => word))];
  return phrases.map((topic) => ({ topic, words }));
}
