/** What a team may read: documents, cut into passages, and a search for those that speak of something. */
import MiniSearch from "minisearch";
import { stemsOf } from "./content-words";
import { sentencesOf } from "./sentences";

/** A text to read; blank lines stand between its paragraphs. */
export type TeamDocument = { title: string; text: string };

/** The environment variable with which a process is told a file of documents: a JSON array of them. */
export const TEAM_DOCUMENTS = "TEAM_DOCUMENTS";

/** Some paragraphs of a document that stand together. */
export interface Passage {
  /** The document's. */
  title: string;
  text: string;
}

/** A passage is closed with the paragraph that brings it to so many characters. */
const PASSAGE_CHARACTERS = 120;

/** Passages and an index of their stems. */
export class Library {
  readonly #passages: Passage[];
  readonly #index = new MiniSearch<Passage & { id: number }>({
    fields: ["text"],
    tokenize: stemsOf,
    processTerm: (stem) => stem,
  });

  constructor(documents: readonly TeamDocument[]) {
    this.#passages = documents.flatMap(passagesOf);
    this.#index.addAll(this.#passages.map((passage, id) => ({ ...passage, id })));
  }

  /**
   * Finds the passages that speak most of what the query speaks of, the best first; a word that stands
   * in it twice counts twice. They are ranked by BM25+, as MiniSearch does it.
   */
  search(query: string, most: number): Passage[] {
    const found = this.#index.search(query).slice(0, most);
    return found.map(({ id }) => this.#passages[id as number]!);
  }
}

function passagesOf({ title, text }: TeamDocument): Passage[] {
  const passages: Passage[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) passages.push({ title, text: open.join("\n\n") });
    open = [];
  };
  for (const paragraph of text.split(/\n\s*\n/)) {
    const statements = statementsOf(paragraph.trim());
    if (statements !== "") open.push(statements);
    if (open.join("").length >= PASSAGE_CHARACTERS) close();
  }
  close();
  return passages;
}

/**
 * Whoever looks for answers has no use for a paragraph that ends with a question, nor for a last sentence
 * that ends with a colon: it points at something that is no text.
 */
function statementsOf(paragraph: string): string {
  if (paragraph.endsWith("?")) return "";
  if (!paragraph.endsWith(":")) return paragraph;
  return sentencesOf(paragraph).slice(0, -1).join(" ");
}
