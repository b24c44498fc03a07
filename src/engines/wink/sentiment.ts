/** How a text feels. */
import type { Sentiment } from "../engine";
import type { Sentence } from "./reader";

/** From here on a text counts as positive, and as negative from as far below zero. */
export const CLEARLY = 0.1;

/**
 * Takes the mean over the sentences that feel something: most sentences of a plain report do not, and would
 * drown those that do. The model has each word's feeling from a list, and turns it round after a "not".
 */
export function feel(sentences: Sentence[]): Sentiment {
  const feelings = sentences.map(({ feeling }) => feeling).filter((feeling) => feeling !== 0);
  const sum = feelings.reduce((total, feeling) => total + feeling, 0);
  const mean = feelings.length === 0 ? 0 : sum / feelings.length;
  const score = Number(Math.max(-1, Math.min(1, mean)).toFixed(3)) + 0; // + 0: never -0
  if (score >= CLEARLY) return { score, label: "positive" };
  return { score, label: score <= -CLEARLY ? "negative" : "neutral" };
}
