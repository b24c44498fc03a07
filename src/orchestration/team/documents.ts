/** Texts for a team to read: the prose of Markdown files and of notebooks. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import MarkdownIt from "markdown-it";
import { z } from "zod";
import type { TeamDocument } from "../../agents/ai/team/library";

/** This repository: its README and its chapters are what a team reads unless it is given other documents. */
export const REPOSITORY = path.resolve(__dirname, "../../..");

/**
 * Reads the README of a repository and its notebooks, in the order of their names.
 * @throws Error when one of them cannot be read, naming it.
 */
export function readDocuments(folder: string = REPOSITORY): TeamDocument[] {
  const notebooks = path.join(folder, "notebooks");
  const names = readdirSync(notebooks).filter((name) => name.endsWith(".ipynb"));
  const chapters = names.sort().map((name) => path.join(notebooks, name));
  return [path.join(folder, "README.md"), ...chapters].map(readDocument);
}

/** Reads a file of Markdown or a notebook; its title is its first heading, else the file's name. */
export function readDocument(file: string): TeamDocument {
  const source = readFileSync(file, "utf8");
  const markdown = file.endsWith(".ipynb") ? markdownOf(source, file) : source;
  return readMarkdown(markdown, path.basename(file));
}

/**
 * Takes the prose out of Markdown: paragraphs and items of lists, a blank line between them. Headings,
 * code, tables and HTML are left out, for none of them are sentences.
 */
export function readMarkdown(markdown: string, otherwise: string): TeamDocument {
  const tokens = parser.parse(markdown, {});
  let title: string | undefined;
  const paragraphs: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "inline") continue;
    const text = textOf(token);
    const within = tokens[index - 1]?.type;
    if (within === "heading_open") title ??= text;
    if (within === "paragraph_open" && text !== "") paragraphs.push(text);
  }
  return { title: title ?? otherwise, text: paragraphs.join("\n\n") };
}

const parser = new MarkdownIt({ html: true });

type Token = ReturnType<typeof parser.parse>[number];

/** The words without their dress: no asterisks, no backticks, a link's text and not its address. */
function textOf({ children }: Token): string {
  const words = (children ?? []).map(({ type, content }) => {
    if (type === "text" || type === "code_inline") return content;
    return type === "softbreak" || type === "hardbreak" ? " " : "";
  });
  return words.join("").trim();
}

const notebookFile = z.object({
  cells: z.array(
    z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) }),
  ),
});

/** The Markdown cells of a notebook. */
function markdownOf(source: string, file: string): string {
  try {
    const { cells } = notebookFile.parse(JSON.parse(source));
    const texts = cells.filter((cell) => cell.cell_type === "markdown");
    return texts.map((cell) => [cell.source].flat().join("")).join("\n\n");
  } catch (error) {
    throw new Error(`Cannot read ${file} as it is no notebook of Jupyter.`, { cause: error });
  }
}
