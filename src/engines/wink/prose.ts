/** From Markdown, which most of what agents read is, to plain prose. Text that is no Markdown stays as it is. */
import MarkdownIt from "markdown-it";

/** No English word is as long; the model takes minutes over a "word" of 100,000 letters, as a picture in base64 is. */
const LONGEST_WORD = 200;

const parser = new MarkdownIt({ html: true }).disable("code"); // a text that is indented is no code

/**
 * Takes the prose out of a text: headings, paragraphs and items of lists, a blank line between them, each in one
 * line. Code blocks, tables and HTML are left out, as none of them are sentences.
 */
export function proseOf(text: string): string {
  const tooLong = new RegExp(`\\S{${LONGEST_WORD + 1},}`, "g");
  const blocks: string[] = [];
  let inTable = false;
  for (const token of parser.parse(text.replace(tooLong, " "), {})) {
    if (token.type === "table_open" || token.type === "table_close") inTable = token.nesting === 1;
    if (token.type === "inline" && !inTable) blocks.push(wordsOf(token));
  }
  return blocks.filter((block) => block !== "").join("\n\n");
}

type MarkdownToken = ReturnType<typeof parser.parse>[number];

/** The words without their dress: no asterisks, no backticks, a link's text and not its address. */
function wordsOf({ children }: MarkdownToken): string {
  const words = (children ?? []).map(({ type, content }) => {
    if (type === "text" || type === "code_inline") return content;
    return type === "softbreak" || type === "hardbreak" ? " " : "";
  });
  return words.join("").replace(/\s+/g, " ").trim();
}
