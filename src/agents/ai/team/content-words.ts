/** The words that carry what a text says: no "the", no "of"; "died", "dies" and "die" as one. */
import model from "wink-eng-lite-web-model";
import winkNLP, { type ItemToken, type ItsFunction, type WinkMethods } from "wink-nlp";

/** Words of a text as they stand there, each with its stem, by which two of them are compared. */
export interface ContentWord {
  word: string;
  stem: string;
}

let nlp: WinkMethods | undefined;

/** Reads the content words in the order of the text. The first call loads wink's word lists, which takes about 100 ms. */
export function contentWords(text: string): ContentWord[] {
  nlp ??= winkNLP(model, []); // no stages: tokens, stop words and stems need none
  const { its } = nlp;
  const stem = its.stem as unknown as ItsFunction<string>; // wink's types tell other arguments than it takes
  const words: ContentWord[] = [];
  nlp
    .readDoc(text)
    .tokens()
    .each((token: ItemToken) => {
      if (token.out(its.type) !== "word" || token.out(its.stopWordFlag)) return;
      const word = token.out(its.normal);
      if (/^\p{L}/u.test(word)) words.push({ word, stem: token.out(stem) });
    });
  return words;
}

/** The stems of a text, as often as they stand there. */
export function stemsOf(text: string): string[] {
  return contentWords(text).map(({ stem }) => stem);
}
