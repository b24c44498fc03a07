/** Quotes the code of `src` in a notebook: the real one, read at the moment the cell runs. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve, sep } from "node:path";
import type { ClassElement, Node, SourceFile, Statement } from "typescript";
import { markdown, show } from "./display";

/** How to quote. */
export interface SourceOptions {
  /** Quote the comment above the declaration as well. Default: true. */
  docstring?: boolean;
}

/** A declaration as it stands in its file. */
export interface QuotedSource {
  /** From the repository's root, with slashes: "src/agents/task-processor.ts". */
  file: string;
  /** The line where `code` begins, from 1. */
  line: number;
  code: string;
}

/** Code of `src`: an exported function or class itself, or the name of anything declared: "lab", "Room.stop". */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- any function or class at all
export type Quotable = Function | string;

const root = resolve(__dirname, "../../..");

/**
 * Shows the code of something that `src` declares, under the file and line where it stands.
 * @throws RangeError naming similar names, when `src` declares nothing of that name.
 */
export function showSource(what: Quotable, options: SourceOptions = {}): void {
  const { file, line, code } = findSource(what, options);
  const link = relative(process.cwd(), join(root, file))
    .split(sep)
    .map(encodeURIComponent)
    .join("/");
  const fence = code.includes("```") ? "````" : "```";
  show(markdown(`[\`${file}:${line}\`](${link}#L${line})\n\n${fence}ts\n${code}\n${fence}`));
}

/** Finds the code of something that `src` declares. @throws RangeError as showSource does. */
export function findSource(what: Quotable, { docstring = true }: SourceOptions = {}): QuotedSource {
  const name = typeof what === "string" ? what : what.name;
  const known = new Set<string>();
  for (const source of parseSources()) {
    const declarations = source.statements.flatMap(withMembers).filter((declaration) => {
      const names = declaredNames(declaration);
      names.forEach((declared) => known.add(declared));
      return names.includes(name);
    });
    const [first, last] = [declarations[0], declarations.at(-1)];
    if (first && last) return quote(source, first, last, docstring);
  }
  const near = similarNames(name, [...known]);
  throw new RangeError(
    `Cannot show the source of "${name}" as src declares nothing of that name` +
      (near.length > 0 ? `. Did you mean ${near.join(" or ")}?` : "."),
  );
}

/** The compiler is loaded at the first quote, not with the notebook's first import: it is large. */
const typescript = () => createRequire(__filename)("typescript") as typeof import("typescript");

function parseSources(): SourceFile[] {
  const { createSourceFile, ScriptTarget } = typescript();
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts")).sort();
  return files.map((name) => {
    const text = readFileSync(join(root, "src", name), "utf8").replaceAll("\r\n", "\n");
    return createSourceFile(name, text, ScriptTarget.Latest, true);
  });
}

type Declaration = Statement | ClassElement;

function withMembers(statement: Statement): Declaration[] {
  return typescript().isClassDeclaration(statement)
    ? [statement, ...statement.members]
    : [statement];
}

/** A member of a class goes by the name of both: "WorkerRegistry.takeIdle". */
function declaredNames(declaration: Declaration): string[] {
  const ts = typescript();
  const declared: (Node | undefined)[] = ts.isVariableStatement(declaration)
    ? declaration.declarationList.declarations.map(({ name }) => name)
    : [(declaration as Declaration & { name?: Node }).name];
  const names = declared.flatMap((node) => (node ? [node.getText()] : []));
  const { parent } = declaration;
  return ts.isClassDeclaration(parent) && parent.name
    ? names.map((name) => `${parent.name!.text}.${name}`)
    : names;
}

/** Overloads are several statements in a row: they are quoted together. */
function quote(
  source: SourceFile,
  first: Declaration,
  last: Declaration,
  docstring: boolean,
): QuotedSource {
  const start = first.getStart(source, docstring);
  const { line, character: indent } = source.getLineAndCharacterOfPosition(start);
  return {
    file: ["src", ...source.fileName.split(sep)].join("/"),
    line: line + 1,
    code: source.text.slice(start, last.getEnd()).replaceAll(`\n${" ".repeat(indent)}`, "\n"),
  };
}

/** Up to three names that share many of their three-letter pieces with the one that was asked for. */
function similarNames(name: string, known: string[]): string[] {
  const wanted = pieces(name);
  const scored = known.map((candidate) => {
    const own = pieces(candidate);
    const shared = own.filter((piece) => wanted.includes(piece)).length;
    return { candidate, score: (2 * shared) / (own.length + wanted.length) };
  });
  const near = scored.filter(({ score }) => score > 0.4).sort((a, b) => b.score - a.score);
  return near.slice(0, 3).map(({ candidate }) => candidate);
}

function pieces(name: string): string[] {
  const text = name.toLowerCase();
  return Array.from(text, (_, index) => text.slice(index, index + 3)).slice(0, -2);
}
