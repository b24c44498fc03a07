/** Reading: from a text to sentences whose words know what they are. */
import type { Detail, Document, ItsFunction, PartOfSpeech } from "wink-nlp";
import type { Entity } from "../engine";
import { proseOf } from "./prose";

/** A word, a number or a mark. */
export interface Token {
  text: string;
  /** What it is in its sentence: "NOUN", "VERB", "PROPN" for a name (universaldependencies.org/u/pos). */
  pos: PartOfSpeech;
  /** What "die", "dies" and "died" have in common. Only of words that say something: not of "the", nor of a number. */
  stem?: string;
  /** Whether the model knows the word, written small: of a name it mostly does not. */
  known: boolean;
  /** Whether no space is before it. */
  joined: boolean;
  /** The number, date or address that it belongs to. */
  entity?: Entity;
}

/** A sentence of a text, or a heading. */
export interface Sentence {
  text: string;
  tokens: Token[];
  /** From -1 to 1. */
  feeling: number;
}

/** Reads a text. */
export type Reader = (text: string) => Sentence[];

let reader: Promise<Reader> | undefined;

/** Loads the model, once in this process: it takes about as long as reading ten chapters of this tutorial. */
export function loadReader(): Promise<Reader> {
  return (reader ??= load());
}

async function load(): Promise<Reader> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([
    import("wink-nlp"),
    import("wink-eng-lite-web-model"),
  ]);
  const nlp = winkNLP(model);
  return (text) => readSentences(nlp.readDoc(cutOwners(proseOf(text))), nlp.its as unknown as Its);
}

/**
 * wink keeps each new word it meets, and cuts later texts by it: once it has met "ZeroMQ's" before a comma, that is one
 * token for ever, before that it is two. Cut here, it is two whatever was read before.
 */
function cutOwners(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}])(?=['’]s(?![\p{L}\p{N}]))/gu, " ");
}

function joinOwners(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}]) (?=['’]s(?![\p{L}\p{N}]))/gu, "");
}

function readSentences(doc: Document, its: Its): Sentence[] {
  const tokens = readTokens(doc, its);
  const texts = doc.sentences().out();
  const feelings = listOf(doc.sentences(), its.sentiment);
  const sentences: Sentence[] = [];
  for (const [index, [from, to]] of listOf(doc.sentences(), its.span).entries()) {
    const own = tokens.slice(from, to + 1).filter(({ pos }) => pos !== "SPACE");
    const sentence = {
      text: joinOwners(texts[index]!.trim()),
      tokens: own,
      feeling: feelings[index]!,
    };
    const before = sentences.at(-1);
    const goesOn = [tokens[from - 1], tokens[from]].every((token) => token?.pos !== "SPACE");
    if (before && goesOn && tokens[from]!.joined) append(before, sentence);
    else if (own.length > 0) sentences.push(sentence);
  }
  for (const sentence of sentences) sentence.tokens = joinNames(sentence.tokens);
  return sentences;
}

/** The model ends a sentence at the dot of "worker.ts" as well; no sentence ends where no space follows. */
function append(before: Sentence, { text, tokens, feeling }: Sentence): void {
  before.text += text;
  before.tokens.push(...tokens);
  before.feeling = (before.feeling + feeling) / 2;
}

/** The model cuts "task_id" into three tokens; programmers do not. */
function joinNames(tokens: Token[]): Token[] {
  const whole: Token[] = [];
  for (const token of tokens) {
    const before = whole.at(-1);
    if (before && token.joined && (token.text === "_" || before.text.endsWith("_"))) {
      const text = before.text + token.text;
      whole[whole.length - 1] = { ...before, text, stem: text.toLowerCase(), known: false };
    } else whole.push(token);
  }
  return whole;
}

function readTokens(doc: Document, its: Its): Token[] {
  const tags = listOf(doc.tokens(), its.pos);
  const types = listOf(doc.tokens(), its.type);
  const stems = listOf(doc.tokens(), its.stem);
  const isStop = listOf(doc.tokens(), its.stopWordFlag);
  const spaces = listOf(doc.tokens(), its.precedingSpaces);
  const texts = doc.tokens().out();
  const tokens = texts.map((text, index): Token => {
    const says = types[index] === "word" && !isStop[index] && /\p{L}/u.test(text);
    const known = !doc.isOOV(text.toLowerCase());
    const joined = index > 0 && spaces[index] === "";
    return { text, pos: tags[index]!, known, joined, ...(says && { stem: stems[index]! }) };
  });
  const details = listOf(doc.entities(), its.detail);
  for (const [index, [from, to]] of listOf(doc.entities(), its.span).entries()) {
    const { value, type } = details[index]!;
    const entity = { text: value, type };
    for (const token of tokens.slice(from, to + 1)) token.entity = entity;
  }
  return tokens;
}

/** What the model can be asked for: its own types say less than is true, and forbid the stem. */
interface Its {
  pos: ItsFunction<PartOfSpeech>;
  type: ItsFunction<string>;
  stem: ItsFunction<string>;
  stopWordFlag: ItsFunction<boolean>;
  precedingSpaces: ItsFunction<string>;
  sentiment: ItsFunction<number>;
  /** The first token and the last. */
  span: ItsFunction<[from: number, to: number]>;
  detail: ItsFunction<Detail>;
}

interface List {
  out<T>(its: ItsFunction<T>): T[] | string[];
}

function listOf<T>(list: List, its: ItsFunction<T>): T[] {
  return list.out(its) as T[];
}
