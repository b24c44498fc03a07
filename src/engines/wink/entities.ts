/** Who and what a text names. */
import type { Entity } from "../engine";
import { runsOf } from "./runs";
import type { Sentence, Token } from "./reader";

/** The type of a name. What kind of thing bears it, this model does not know. */
export const NAME = "NAME";

/** What the model finds as well, and what names nothing: "two", "first", and ":)" that in technical texts is a bracket. */
const NAMELESS = ["CARDINAL", "ORDINAL", "EMOTICON"];

/**
 * Finds the dates, durations, amounts of money, addresses … that the model knows by their form, and names:
 * capitalised words in a row. Each once, in the order in which the text comes to them.
 */
export function findEntities(sentences: Sentence[]): Entity[] {
  const found = new Map<string, Entity>();
  for (const { tokens } of sentences)
    for (const run of runsOf(tokens, kindOf)) {
      const entity = run[0]!.entity ?? nameOf(run, tokens[tokens.indexOf(run[0]!) - 1]);
      if (!entity || NAMELESS.includes(entity.type)) continue;
      const key = `${entity.type} ${entity.text.toLowerCase()}`;
      if (!found.has(key)) found.set(key, entity);
    }
  return [...found.values()];
}

/** Tokens of one kind in a row are one entity: those of the same date, or names. */
function kindOf({ entity, pos }: Token): unknown {
  return entity ?? (pos === "PROPN" ? NAME : undefined);
}

/** At the start of a sentence, of a title or after a mark any word is capitalised, and takes more to be a name. */
function nameOf(run: Token[], before: Token | undefined): Entity | undefined {
  const text = run.map(({ text, joined }, at) => (at > 0 && !joined ? ` ${text}` : text)).join("");
  if (!/^\p{Lu}.|\p{Ll}\p{Lu}/u.test(text)) return undefined; // "ms." is no name
  const mayBeAnyWord =
    (before === undefined || !/\p{L}/u.test(before.text)) && run.length === 1 && run[0]!.known;
  if (mayBeAnyWord && !/\p{Lu}{2}/u.test(text)) return undefined;
  return { text, type: NAME };
}
