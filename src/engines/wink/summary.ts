/**
 * The sentences that say most. Words are weighed as search engines do (BM25: Robertson, Zaragoza: "The probabilistic
 * relevance framework", 2009). Asked about nothing, we take the sentences most like the text as a whole, its centroid
 * (Radev, Jing, Budzikowska: "Centroid-based summarization", 2000); asked about something, those that answer best.
 */
import type { Bow } from "wink-nlp";
import bm25Vectorizer from "wink-nlp/utilities/bm25-vectorizer";
import similarity from "wink-nlp/utilities/similarity";
import type { Sentence } from "./reader";

/** A shorter sentence says nothing by itself. */
const FEWEST_WORDS = 7;

/** The words that make up the centroid; beyond these come the words that stand in the text once. */
const CENTROID_WORDS = 100;

/**
 * Chooses at most `most` sentences, in the order of the text. With a question only sentences that have to do with
 * it; a question that has no words of its own ("What is it about?") is none.
 */
export function summarise(
  sentences: Sentence[],
  most: number,
  question: Sentence[] = [],
): string[] {
  const weights = weigh(sentences);
  const asked = new Set(question.flatMap(stemsOf));
  const centroid = centroidOf(weights);
  const score = (words: Bow) =>
    asked.size > 0 ? relevance(words, asked) : similarity.bow.cosine(words, centroid);
  return candidates(sentences)
    .map((index) => ({ index, score: score(weights[index]!) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .sort((one, other) => one.index - other.index)
    .map(({ index }) => sentences[index]!.text);
}

/** The words of each sentence with their weight: a word counts more the fewer sentences have it. */
function weigh(sentences: Sentence[]): Bow[] {
  if (sentences.length === 0) return [];
  const vectorizer = bm25Vectorizer();
  for (const sentence of sentences) vectorizer.learn(stemsOf(sentence));
  return sentences.map((_, index) => vectorizer.doc(index).out() as unknown as Bow);
}

function stemsOf({ tokens }: Sentence): string[] {
  return tokens.flatMap(({ stem }) => stem ?? []);
}

/** How well a sentence answers: the sum of what the asked words weigh in it. */
function relevance(words: Bow, asked: Set<string>): number {
  return [...asked].reduce((total, stem) => total + (words[stem] ?? 0), 0);
}

/** The sum of all sentences, cut to its heaviest words. */
function centroidOf(weights: Bow[]): Bow {
  const sum = new Map<string, number>();
  for (const words of weights)
    for (const [stem, weight] of Object.entries(words))
      sum.set(stem, (sum.get(stem) ?? 0) + weight);
  const heaviest = [...sum].sort(([, one], [, other]) => other - one).slice(0, CENTROID_WORDS);
  return Object.fromEntries(heaviest);
}

/** Whole statements, each once: no headings, no questions, no "So:". A text that has none is taken as it is. */
function candidates(sentences: Sentence[]): number[] {
  const first = new Map<string, number>();
  for (const [index, { text }] of sentences.entries()) if (!first.has(text)) first.set(text, index);
  const all = [...first.values()];
  const statements = all.filter((index) => isStatement(sentences[index]!));
  return statements.length > 0 ? statements : all;
}

function isStatement({ text, tokens }: Sentence): boolean {
  const words = tokens.filter(({ pos }) => pos !== "PUNCT" && pos !== "SPACE");
  const hasVerb = words.some(({ pos }) => pos === "VERB" || pos === "AUX");
  return words.length >= FEWEST_WORDS && hasVerb && /[.!…]["')\]”’]*$/.test(text);
}
