/** What a team has written, as it is meant to be read. */
import type { TeamReport } from "../../orchestration/team/team-report";
import { markdown, show } from "./display";

/** Shows a team's report, set in as a quotation: its headings are none of the notebook's. */
export function showReport({ report }: Pick<TeamReport, "report">): void {
  show(markdown(quoted(report)));
}

/** A Markdown text as a quotation; headings become bold lines. */
export function quoted(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^#+ (.*)$/, "**$1**"));
  return lines.map((line) => `> ${line}`.trimEnd()).join("\n");
}
