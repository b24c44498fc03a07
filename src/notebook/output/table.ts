/** Tables, as Markdown: every notebook page shows it, and no page strips it. */
import { markdown, show } from "./display";

/** Shows one row an object below the cell; the columns are the properties, in order of appearance. */
export function showTable(rows: readonly object[]): void {
  show(markdown(markdownTable(rows)));
}

/** Writes objects as a Markdown table; columns of numbers are set to the right. */
export function markdownTable(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return "*(no rows)*";
  const cell = (row: object, column: string) => (row as Record<string, unknown>)[column];
  const isNumeric = (column: string) =>
    rows.every((row) => ["number", "undefined"].includes(typeof cell(row, column)));
  const lines = [
    columns.map(inOneCell),
    columns.map((column) => (isNumeric(column) ? "---:" : ":---")),
    ...rows.map((row) => columns.map((column) => inOneCell(cell(row, column)))),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A bar or a line break would end the cell, and two underlines would make what is between them bold. */
function inOneCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll("|", "\\|").replaceAll("__", "\\_\\_").replace(/\r?\n/g, " ");
}
