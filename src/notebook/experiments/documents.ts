/** Documents for engines to read: passages of this tutorial's own chapters. */
import path from "node:path";
import { readDocument, REPOSITORY } from "../../orchestration/team/documents";

/** The chapters before the one on AI agents, which must not read itself. */
const CHAPTERS = [
  "01-setup",
  "02-messages",
  "03-task-generator",
  "04-task-processor",
  "05-result-collector",
  "06-orchestration",
  "07-conclusion",
  "08-error-handling",
  "09-dynamic-workers",
  "10-load-balancing",
  "11-broadcast",
  "12-payloads",
];

/** So many paragraphs make a document. */
const PARAGRAPHS = 150;

/**
 * Cuts the chapters into `count` documents of 150 paragraphs each: the same ones in each run, no two alike. They
 * begin evenly spread over the whole, so that neighbours overlap when there are more than the text has room for.
 * @throws RangeError when there are more documents than paragraphs.
 */
export function documents(count: number): string[] {
  const paragraphs = CHAPTERS.flatMap((chapter) => {
    const { text } = readDocument(path.join(REPOSITORY, "notebooks", `${chapter}.ipynb`));
    return text.split("\n\n");
  });
  const { length } = paragraphs;
  if (count > length)
    throw new RangeError(`Cannot cut ${count} documents out of ${length} paragraphs.`);
  const endless = [...paragraphs, ...paragraphs];
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * length) / count);
    return endless.slice(from, from + PARAGRAPHS).join("\n\n");
  });
}
