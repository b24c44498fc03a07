/** A notebook as it lies on disk, as far as the tests look at it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./venv-python";

/** Text is a string or its lines. */
export type Text = string | string[];

export interface CellOutput {
  output_type: string;
  name?: string;
  text?: Text;
  data?: Record<string, Text>;
  traceback?: string[];
}

export interface Cell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  source: Text;
  metadata: { tags?: string[] };
  execution_count?: number | null;
  outputs?: CellOutput[];
}

export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: Record<string, string> };
}

/** The chapters, in order. */
export function notebookFiles(): string[] {
  const folder = join(root, "notebooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(folder, name));
}

export function readNotebook(file: string): Notebook {
  return JSON.parse(readFileSync(file, "utf8")) as Notebook;
}

export function textOf(text: Text = ""): string {
  return typeof text === "string" ? text : text.join("");
}

export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code");
}
