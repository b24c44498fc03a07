/** Data and work for processes: words, spelt letter by letter where parts are wanted. */
import type { Work } from "../../src/agents/work";

export const createData = (n: number) => ["", "one", "two", "three"][n] ?? "many";

export const work: Work = (data, { sendPartial }) => {
  for (const letter of data as string) sendPartial?.(letter);
  return data;
};
