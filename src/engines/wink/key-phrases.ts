/**
 * What a text is about: noun phrases, ranked by their C-value (Frantzi, Ananiadou, Mima: "Automatic recognition of
 * multi-word terms", 2000): often is good, long is good, but a part of longer phrases counts only for what it is
 * without them.
 */
import { runsOf } from "./runs";
import type { Sentence, Token } from "./reader";

/** Words of longer phrases are nouns that nobody divided, as in a table. */
const LONGEST_PHRASE = 5;

/** Finds the phrases, the most telling first. */
export function findKeyPhrases(sentences: Sentence[]): string[] {
  const terms = new Map<string, Term>();
  for (const phrase of sentences.flatMap(({ tokens }) => nounPhrases(tokens))) {
    const term = termOf(terms, phrase);
    term.alone++;
    const text = phrase.map(({ text }) => text).join(" ");
    term.spellings.set(text, (term.spellings.get(text) ?? 0) + 1);
  }
  for (const term of terms.values())
    for (const part of partsOf(term.stems)) {
      const shorter = terms.get(part);
      if (shorter) shorter.within.push(term.alone);
    }
  const ranked = [...terms.values()].sort((one, other) => cValue(other) - cValue(one));
  return ranked.map(({ spellings }) => mostOften(spellings));
}

/** A phrase, however it is spelt: "dead letter" and "dead letters" are one. */
interface Term {
  stems: string[];
  spellings: Map<string, number>;
  /** How often it stands in the text, not as a part of a longer phrase. */
  alone: number;
  /** How often each longer phrase stands there that it is a part of. */
  within: number[];
}

function termOf(terms: Map<string, Term>, phrase: Token[]): Term {
  const stems = phrase.map(({ stem }) => stem!);
  const key = stems.join(" ");
  const term = terms.get(key) ?? { stems, spellings: new Map(), alone: 0, within: [] };
  terms.set(key, term);
  return term;
}

/** log2(length) times (all times − mean of the times within a longer one). The 0.1 lets single words in at all. */
function cValue({ stems, alone, within }: Term): number {
  const inLonger = within.reduce((total, times) => total + times, 0);
  const mean = within.length === 0 ? 0 : inLonger / within.length;
  return Math.log2(stems.length + 0.1) * (alone + inLonger - mean);
}

/** Adjectives and nouns in a row, the last of them a noun. */
function nounPhrases(tokens: Token[]): Token[][] {
  const isPart = ({ stem, pos }: Token) =>
    stem !== undefined && stem.length > 1 && ["ADJ", "NOUN", "PROPN"].includes(pos);
  return runsOf(tokens, (token) => isPart(token) || undefined)
    .map((run) => run.slice(0, run.findLastIndex(({ pos }) => pos !== "ADJ") + 1))
    .filter(({ length }) => length >= 1 && length <= LONGEST_PHRASE);
}

/** All shorter phrases in a phrase, each once. */
function partsOf(stems: string[]): Set<string> {
  const parts = new Set<string>();
  for (let from = 0; from < stems.length; from++)
    for (let to = from + 1; to <= stems.length; to++)
      if (to - from < stems.length) parts.add(stems.slice(from, to).join(" "));
  return parts;
}

function mostOften(spellings: Map<string, number>): string {
  const [[spelling]] = [...spellings].sort(([, one], [, other]) => other - one) as [
    [string, number],
  ];
  return spelling;
}
