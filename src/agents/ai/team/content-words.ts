/** The words that carry what a text says: no "the", no "of"; "died", "dies" and "die" as one. */
import model from "wink-eng-lite-web-model";
import winkNLP, { type Document, type ItsFunction, type WinkMethods } from "wink-nlp";

/** A word of a text in small letters, and its stem, by which two of them are compared. */
export interface ContentWord {
  word: string;
  stem: string;
}

let nlp: WinkMethods | undefined;

/** Reads the content words in the order of the text. The first call loads wink's word lists, which takes about 100 ms. */
export function contentWords(text: string): ContentWord[] {
  nlp ??= winkNLP(model, []); // no stages: words, stop words and stems need none
  return readWords(nlp.readDoc(text), nlp.its as unknown as Its);
}

/** The stems of a text, as often as they stand there. */
export function stemsOf(text: string): string[] {
  return contentWords(text).map(({ stem }) => stem);
}

/** What can be asked of a token: functions, though wink's types call them methods with other arguments. */
type Its = Record<"normal" | "stem" | "type", ItsFunction<string>> & {
  stopWordFlag: ItsFunction<boolean>;
};

function readWords(document: Document, its: Its): ContentWord[] {
  const tokens = document.tokens();
  const stems = tokens.out(its.stem);
  const types = tokens.out(its.type);
  const isStop = tokens.out(its.stopWordFlag) as boolean[];
  const words = tokens.out(its.normal).map((word, index) => ({ word, stem: stems[index]! }));
  const carries = ({ word }: ContentWord, index: number) =>
    types[index] === "word" && !isStop[index] && /^\p{L}/u.test(word);
  return words.filter(carries);
}
