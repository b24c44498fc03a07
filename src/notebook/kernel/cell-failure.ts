/** How a cell failed, in the words of Jupyter's `error` output. */
import { inspect } from "node:util";
import type { Diagnostic } from "./tslab";

export interface CellFailure {
  /** The error's name. */
  ename: string;
  /** The error's message. */
  evalue: string;
  /** What the notebook shows, line by line. */
  traceback: string[];
}

/** Describes anything that was thrown or rejected; `note` says what the message alone does not. */
export function failureOfThrown(thrown: unknown, note?: string): CellFailure {
  if (isInterrupt(thrown)) return { ename: "Interrupted", evalue: "", traceback: ["Interrupted"] };
  const [ename, evalue] =
    thrown instanceof Error ? [thrown.name, thrown.message] : ["Thrown", inspect(thrown)];
  const trace = thrown instanceof Error ? readerFrames(inspect(thrown)) : [`Thrown: ${evalue}`];
  return { ename, evalue, traceback: note === undefined ? trace : [note, ...trace] };
}

/** Describes what the compiler has against a cell: line, column and message, each with its source line. */
export function failureOfDiagnostics(source: string, diagnostics: Diagnostic[]): CellFailure {
  const problems = groupByPlace(diagnostics).map(([first, ...details]) => ({
    summary: `${placeOf(first)} - error TS${first.code}: ${first.messageText}`,
    details: details.map((detail) => `  ${detail.messageText}`),
    source: first.fileName === undefined ? pointAt(source, first) : [],
  }));
  return {
    ename: "TypeScriptError",
    evalue: problems.map(({ summary }) => summary).join("\n"),
    traceback: problems.flatMap((problem) => [
      problem.summary,
      ...problem.details,
      ...problem.source,
    ]),
  };
}

function isInterrupt(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code } = thrown as NodeJS.ErrnoException;
  return (
    thrown.message === "Interrupted asynchronously" || code === "ERR_SCRIPT_EXECUTION_INTERRUPTED"
  );
}

/** A reader's stack: without tslab and node, and without positions in the compiled cell, which is not what was typed. */
function readerFrames(trace: string): string[] {
  return trace
    .replace(/^evalmachine\.<anonymous>:\d+\n/, "")
    .split("\n")
    .filter(
      (line) =>
        !/^ {4}at .*(node_modules[\\/]tslab[\\/]|dist[\\/]notebook[\\/]kernel[\\/]|node:)/.test(
          line,
        ),
    )
    .map((line) => line.replace(/evalmachine\.<anonymous>:\d+:\d+/, "<cell>"));
}

/** tslab hands out a diagnostic and the chain of its reasons as a flat list that shares one place. */
function groupByPlace(diagnostics: Diagnostic[]): [Diagnostic, ...Diagnostic[]][] {
  const groups: [Diagnostic, ...Diagnostic[]][] = [];
  for (const diagnostic of diagnostics) {
    const group = groups.at(-1);
    if (group !== undefined && placeOf(group[0]) === placeOf(diagnostic)) group.push(diagnostic);
    else groups.push([diagnostic]);
  }
  return groups;
}

function placeOf({ fileName, start }: Diagnostic): string {
  const place = `line ${start.line + 1}, column ${start.character + 1}`;
  return fileName === undefined ? place : `${fileName}, ${place}`;
}

function pointAt(source: string, { start }: Diagnostic): string[] {
  const line = source.split("\n")[start.line];
  if (line === undefined) return [];
  return ["", `    ${line}`, `    ${" ".repeat(start.character)}^`, ""];
}
