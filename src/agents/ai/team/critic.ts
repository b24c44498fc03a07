/** The member of a team that is not easily content. */
import type { AIEngine } from "../../../engines/engine";
import { validated } from "../../validated";
import type { Work } from "../../work";
import { contentWords, stemsOf, type ContentWord } from "./content-words";
import { critiqueTask, FREE, type CritiqueTask, type Verdict } from "./messages";

/** What share of the words an answer must mention, and those of its topic all. */
const LEAST_SCORE = 0.6;

/** How many different content words an answer must have. */
const LEAST_WORDS = 12;

/**
 * Work of the service "criticise": judges whether an answer speaks of its topic and of what is asked, at
 * some length, and of something else besides. It measures words: it cannot tell whether the answer is true.
 */
export function critic(engine: AIEngine): Work {
  return validated(critiqueTask, async (task, { signal, taskId }): Promise<Verdict> => {
    if (task.answer.trim() === "") return { ...judge(task, []), usage: FREE };
    const request = { skill: "key-phrases", text: task.answer } as const;
    const { output: phrases, usage } = await engine.complete(request, { signal, taskId });
    return { ...judge(task, phrases), usage };
  });
}

/** Weighs an answer, given what it is about. */
function judge(task: CritiqueTask, phrases: readonly string[]): Omit<Verdict, "usage"> {
  const said = new Set(stemsOf(task.answer));
  const asked = distinct(contentWords([task.topic, ...task.words].join(" ")));
  const missed = asked.filter(({ stem }) => !said.has(stem));
  const missing = missed.map(({ word }) => word);
  const score = asked.length === 0 ? 1 : 1 - missed.length / asked.length;
  const ofTopic = new Set(stemsOf(task.topic));
  const saysNew = phrases.some((phrase) =>
    stemsOf(phrase).some((stem) => !asked.some((word) => word.stem === stem)),
  );
  const misses = missed.some(({ stem }) => ofTopic.has(stem)) || score < LEAST_SCORE;
  const faults = [
    ...(said.size < LEAST_WORDS ? ["it is too short"] : []),
    ...(saysNew ? [] : ["it says no more than the question"]),
    ...(misses ? [`it says nothing of ${missing.join(", ")}`] : []),
  ];
  const accepted = faults.length === 0;
  const reason = accepted ? "it speaks of what was asked" : faults.join("; ");
  return { accepted, score, missing, reason };
}

/** Each word once, whatever form it has. */
function distinct(words: ContentWord[]): ContentWord[] {
  return [...new Map(words.map((word) => [word.stem, word])).values()];
}
