/** What of a notebook's outputs must be the same in every run. */
import { PNG } from "pngjs";
import { codeCells, textOf, type Cell, type CellOutput, type Notebook } from "./notebook";
import { root } from "./venv-python";

/**
 * Blanks what no two runs share: each number with a unit of time or rate, clock times and dates, seconds and
 * milliseconds since 1970, uuids, process ids, ports that the system chose, this clone's folder, and the width of
 * columns. What varies beyond that belongs in a cell tagged `varies`: of its outputs only the types are compared.
 */
export function blankVarying(text: string): string {
  return BLANKS.reduce(
    (blanked, [pattern, word]) => blanked.replaceAll(pattern, word),
    withoutRoot(text),
  );
}

const NUMBER = String.raw`(?<![\w.])-?\d[\d,]*(\.\d+)?`;
const UNIT = String.raw`(µs|us|ms|s|sec|seconds?|milliseconds?|min|minutes?)`;

const BLANKS: [RegExp, string][] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?/g, "<time>"],
  [/\b\d?\d:\d\d:\d\d(\.\d+)?\b/g, "<time>"],
  [/\b1[6-9]\d{8}(\d{3})?(\.\d+)?\b/g, "<time>"],
  [new RegExp(String.raw`${NUMBER}\s?(\p{L}+)?(\/|\sper\s)${UNIT}(?!\p{L})`, "gu"), "<rate>"],
  [new RegExp(String.raw`${NUMBER}\s?${UNIT}(?!\p{L})`, "gu"), "<time>"],
  [/\b(pid|process)(:? )\d+/gi, "$1$2<pid>"],
  [/(?<=\/\/[\w.]+):(?!555[789]\b)\d{4,5}\b/g, ":<port>"],
  [/[-─—]{3,}/g, "---"],
  [/[ \t]+/g, " "],
];

/** Paths may be written with either slash, and in JSON with two backslashes. */
function withoutRoot(text: string): string {
  const spellings = [root, root.replaceAll("\\", "/"), root.replaceAll("\\", "\\\\")];
  return spellings.reduce((rest, spelling) => rest.replaceAll(spelling, "<folder>"), text);
}

/** A notebook's outputs as one text, cell by cell; two runs are the same when their texts are. */
export function comparableOutputs(notebook: Notebook): string {
  return codeCells(notebook)
    .map((cell, index) => `#### cell ${index + 1}\n${outputsOf(cell)}`)
    .join("\n");
}

function outputsOf(cell: Cell): string {
  const varies = cell.metadata.tags?.includes("varies") ?? false;
  return (cell.outputs ?? [])
    .map((output) => (varies ? typesOf(output).join(" ") : contentOf(output)))
    .join("\n");
}

function typesOf({ output_type, name, data = {} }: CellOutput): string[] {
  return output_type === "stream" ? [`[${name}]`] : Object.keys(data).map((type) => `[${type}]`);
}

function contentOf(output: CellOutput): string {
  const { data, text, traceback = [] } = output;
  const contents =
    data === undefined
      ? [textOf(text) + traceback.join("\n")]
      : Object.entries(data).map(textOfMime);
  return typesOf(output)
    .map((type, index) => `${type}\n${blankVarying(contents[index] ?? "")}`)
    .join("\n");
}

/** A picture's bytes are not compared; see `pngSizes`. */
function textOfMime([type, content]: [string, unknown]): string {
  if (type.startsWith("image/")) return "";
  const isText = typeof content === "string" || Array.isArray(content);
  return isText ? textOf(content as string | string[]) : JSON.stringify(content);
}

/** The sizes of all PNG outputs, in pixels; throws when one is no PNG. */
export function pngSizes(notebook: Notebook): { cell: number; width: number; height: number }[] {
  return codeCells(notebook).flatMap((cell, index) =>
    (cell.outputs ?? []).flatMap(({ data }) => {
      if (data?.["image/png"] === undefined) return [];
      const { width, height } = PNG.sync.read(Buffer.from(textOf(data["image/png"]), "base64"));
      return [{ cell: index + 1, width, height }];
    }),
  );
}
