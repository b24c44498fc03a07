/** What a check says about a reader's answer. */
import { markdown, show } from "../output/display";

/** The outcome of a check. */
export interface Verdict {
  passed: boolean;
  /** What was seen, in a sentence or two of Markdown; the first thing that went wrong where something did. */
  explanation: string;
}

/** Shows a verdict below the cell. */
export function showVerdict({ passed, explanation }: Verdict): void {
  show(markdown(passed ? `**✔** ${explanation}` : `**✗ Not yet:** ${explanation}`));
}
